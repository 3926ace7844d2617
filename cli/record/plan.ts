/** What to record, and the names that Windows' recorders have for it. */

export interface RecordPlan {
  /** handle creates, closes and duplicates; the only events with object names */
  handles: boolean;
  /** object births, deaths and every reference change: many events */
  objects: boolean;
  /** file views: map and unmap */
  mappings: boolean;
  stacks: boolean;
  /** `file` keeps everything; `memory` is a ring buffer that keeps the latest events */
  mode: 'file' | 'memory';
  /** size of the ring buffer, or of what stands between the events and the file; MB */
  bufferMb: number;
  /** handle types to restrict the events to, at most MAX_FILTERED_TYPES; empty: all */
  types: readonly string[];
}

/** Windows holds four types in the filter of a kernel session (EVENT_TRACE_TAG_FILTER_INFORMATION, as ETWController uses it). */
export const MAX_FILTERED_TYPES = 4;

/** A ring of minutes on a busy machine; a file needs no more than bridges a slow disk. */
export const DEFAULT_BUFFER_MB: Record<RecordPlan['mode'], number> = { file: 64, memory: 512 };
/** Buffers of 1 MB: the largest that xperf takes. */
export const BUFFER_KB = 1024;

interface Source {
  part: 'handles' | 'objects' | 'mappings';
  /** of WPR */
  keywords: readonly string[];
  stacks: readonly string[];
  /** of xperf */
  flags: readonly string[];
  stackwalk: readonly string[];
}

/**
 * Keywords, flags and stacks as the document of ETWAnalyzer's ObjectRef dump has them (docs/from-etwanalyzer.md). File names come
 * with mappings, whose events name only a key. xperf writes DeReference.
 */
const SOURCES: readonly Source[] = [
  {
    part: 'handles',
    keywords: ['Handle'],
    stacks: ['HandleCreate', 'HandleClose', 'HandleDuplicate'],
    flags: ['OB_HANDLE'],
    stackwalk: ['HandleCreate', 'HandleClose', 'HandleDuplicate'],
  },
  {
    part: 'objects',
    keywords: ['Object'],
    stacks: ['ObjectCreate', 'ObjectDelete', 'ObjectReference', 'ObjectDereference'],
    flags: ['OB_OBJECT'],
    stackwalk: ['ObjectCreate', 'ObjectDelete', 'ObjectReference', 'ObjectDeReference'],
  },
  {
    part: 'mappings',
    keywords: ['VAMap', 'Filename'],
    stacks: ['MapFile', 'UnMapFile'],
    flags: ['VAMAP', 'FILENAME'],
    stackwalk: ['MapFile', 'UnMapFile'],
  },
];

export type SourceList = 'keywords' | 'stacks' | 'flags' | 'stackwalk';

/** The names of all parts of a plan, in one list. */
export function namesOf(plan: RecordPlan, list: SourceList): string[] {
  if (!plan.stacks && (list === 'stacks' || list === 'stackwalk')) return [];
  return SOURCES.filter(({ part }) => plan[part]).flatMap((source) => source[list]);
}
