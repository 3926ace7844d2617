/**
 * A profile for Windows Performance Recorder (.wprp). The schema (learn.microsoft.com, "Authoring Recording Profiles") wants its
 * parts in this order: system collectors, system providers, profiles. WPR chooses among profiles of one name by logging mode
 * (`-filemode` or not) and detail level, so both modes stand in one file.
 */
import { BUFFER_KB, DEFAULT_BUFFER_MB, namesOf, type RecordPlan } from './plan.ts';

/** What stands behind the "!" of `wpr -start FILE.wprp!NAME`. */
export const PROFILE_NAME = 'Leaklanes';

/** Equal stacks are written once: KB of the cache and its buckets, as Microsoft's own profiles set them. */
const STACK_CACHE = { buckets: 256, kb: 3072 };

interface Element {
  name: string;
  attributes?: Record<string, string | number>;
  children?: readonly Element[];
}

/** The profile as text, with CRLF and a comment that says how to use it. */
export function wprProfile(plan: RecordPlan): string {
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<!-- Made by leaklanes record. Start: wpr -start FILE.wprp!${PROFILE_NAME} (-filemode: into a file). Stop: wpr -stop leak.etl -->`,
    ...elementLines(profileFile(plan), 0),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function profileFile(plan: RecordPlan): Element {
  const modes = ['file', 'memory'] as const;
  const megabytes = (mode: RecordPlan['mode']): number =>
    mode === plan.mode ? plan.bufferMb : DEFAULT_BUFFER_MB[mode];
  return {
    name: 'WindowsPerformanceRecorder',
    attributes: { Version: '1.0' },
    children: [
      {
        name: 'Profiles',
        children: [
          ...modes.map((mode) => collector(mode, megabytes(mode), plan.stacks)),
          ...providers(plan),
          ...modes.map((mode) => profile(mode, plan)),
        ],
      },
    ],
  };
}

function collector(mode: RecordPlan['mode'], megabytes: number, stacks: boolean): Element {
  const caching: Element = {
    name: 'StackCaching',
    attributes: { BucketCount: STACK_CACHE.buckets, CacheSize: STACK_CACHE.kb },
  };
  return {
    name: 'SystemCollector',
    attributes: { Id: `SystemCollector_${title(mode)}`, Name: 'NT Kernel Logger', Realtime: 'false' },
    children: [
      { name: 'BufferSize', attributes: { Value: BUFFER_KB } },
      { name: 'Buffers', attributes: { Value: Math.ceil((megabytes * 1024) / BUFFER_KB) } },
      ...(stacks ? [caching] : []),
    ],
  };
}

/** A base that every trace needs (who is who, which module is where), and the provider with what is asked for. */
function providers(plan: RecordPlan): Element[] {
  const values = (name: string, list: readonly string[]): Element[] =>
    list.map((value) => ({ name, attributes: { Value: value } }));
  const stacks = namesOf(plan, 'stacks');
  return [
    {
      name: 'SystemProvider',
      attributes: { Id: 'SystemProvider_Base' },
      children: [{ name: 'Keywords', children: values('Keyword', ['ProcessThread', 'Loader']) }],
    },
    {
      name: 'SystemProvider',
      attributes: { Id: 'SystemProvider_Leaklanes', Base: 'SystemProvider_Base' },
      children: [
        { name: 'Keywords', attributes: { Operation: 'Add' }, children: values('Keyword', namesOf(plan, 'keywords')) },
        ...(stacks.length > 0 ? [{ name: 'Stacks', children: values('Stack', stacks) }] : []),
      ],
    },
  ];
}

function profile(mode: RecordPlan['mode'], plan: RecordPlan): Element {
  const parts = (['handles', 'objects', 'mappings'] as const).filter((part) => plan[part]);
  return {
    name: 'Profile',
    attributes: {
      Id: `${PROFILE_NAME}.Verbose.${title(mode)}`,
      Name: PROFILE_NAME,
      Description: `Leaklanes: ${parts.join(', ')}${plan.stacks ? ' with stacks' : ''}`,
      LoggingMode: title(mode),
      DetailLevel: 'Verbose',
    },
    children: [
      {
        name: 'ProblemCategories',
        children: [{ name: 'ProblemCategory', attributes: { Value: 'Resource Analysis' } }],
      },
      {
        name: 'Collectors',
        children: [
          {
            name: 'SystemCollectorId',
            attributes: { Value: `SystemCollector_${title(mode)}` },
            children: [{ name: 'SystemProviderId', attributes: { Value: 'SystemProvider_Leaklanes' } }],
          },
        ],
      },
    ],
  };
}

function title(mode: RecordPlan['mode']): 'File' | 'Memory' {
  return mode === 'file' ? 'File' : 'Memory';
}

function elementLines({ name, attributes = {}, children = [] }: Element, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const open = `${indent}<${name}${written.join('')}`;
  if (children.length === 0) return [`${open}/>`];
  return [`${open}>`, ...children.flatMap((child) => elementLines(child, depth + 1)), `${indent}</${name}>`];
}

function escapeXml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => escapes[character]);
}
