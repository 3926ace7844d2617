/**
 * Names as a linker for Windows sees them: what the functions of story/symbols.ts would be decorated to. Classes as in EventLeak.cpp; where
 * the sample has no source a member takes and returns nothing, which the name without parameters does not show.
 */
import type { FunctionSymbol } from '../story/symbols.ts';

/** The lambda in main(): main has C linkage and the lambda stands in its fourth scope. */
const LAMBDA = '<lambda_1>@?3??main@@9@';

const DECORATED: Readonly<Record<string, string>> = {
  'EventManager::CreateEventW': '?CreateEventW@EventManager@@AEBAPEAXXZ',
  'EventManager::GetOrCreateEvent': '?GetOrCreateEvent@EventManager@@QEAAPEAXXZ',
  'EventManager::~EventManager': '??1EventManager@@QEAA@XZ',
  'EventConsumer::GetAndSignal': '?GetAndSignal@EventConsumer@@QEBAXAEAVEventManager@@@Z',
  "`main'::`4'::<lambda_1>::operator()": `??R${LAMBDA}QEBA@XZ`,
  "std::invoke<`main'::`4'::<lambda_1> >": `??$invoke@V${LAMBDA}@std@@YAX$$QEAV${LAMBDA}@Z`,
  "std::thread::_Invoke<std::tuple<`main'::`4'::<lambda_1> >,0>": `??$_Invoke@V?$tuple@V${LAMBDA}@std@@$0A@@thread@std@@CAIPEAX@Z`,
  "std::thread::_Start<`main'::`4'::<lambda_1> &>": `??$_Start@AEAV${LAMBDA}@thread@std@@AEAAXAEAV${LAMBDA}@Z`,
  'std::thread::_Invoke<CTunnelProbe,0>': '??$_Invoke@VCTunnelProbe@@$0A@@thread@std@@CAIPEAX@Z',
  'thread_start<unsigned int (__cdecl*)(void *),1>': '??$thread_start@P6AIPEAX@Z$00@@YAKQEAX@Z',
  invoke_main: '?invoke_main@@YAHXZ',
  __scrt_common_main_seh: '?__scrt_common_main_seh@@YAHXZ',
};

/** A plain name is that of a C function; throws for a name in no form that it knows. */
export function decoratedName({ name }: FunctionSymbol): string {
  const known = DECORATED[name];
  if (known !== undefined) return known;
  if (/^\w+$/.test(name)) return name;
  if (!/^\w+(::\w+)+$/.test(name)) throw new Error(`nothing says how ${name} is decorated`);
  return `?${name.split('::').reverse().join('@')}@@QEAAXXZ`;
}
