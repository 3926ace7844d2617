/** The Stacks page: objects by their stacks, as a tree that is opened row by row and as an icicle. */
import { z } from 'zod';
import { filterSchema } from './filter.ts';

/** `any`: every stack of the objects' events, each event counted once. */
export const STACKS_OF = ['create', 'destroy', 'any'] as const;

const treeOf = {
  filter: filterSchema,
  by: z.enum(STACKS_OF),
  /** bottom-up: from the innermost frame */
  inverted: z.boolean(),
  /** only objects that leak or leak at exit */
  onlyLeaks: z.boolean(),
  /** frames of system modules in a row become one */
  foldSystem: z.boolean(),
};

export const stackTreeRequestSchema = z.object({
  ...treeOf,
  /** keys of the nodes that are open */
  openNodes: z.array(z.string().max(4096)).max(20000),
  firstRow: z.number().int().min(0),
  rowCount: z.number().int().min(0).max(1000),
  find: z.string().max(1000).optional(),
});
export type StackTreeRequest = z.infer<typeof stackTreeRequestSchema>;

export interface StackNode {
  /** number of the node in the tree of all stacks of the trace; stable whatever the filter and the names */
  key: string;
  depth: number;
  /** "module!function+0x…", "(no stack)", "3 system frames: ntdll.dll … ntoskrnl.exe" */
  label: string;
  system: boolean;
  children: boolean;
  open: boolean;
  /** objects (of `any`: events), those still open at the end, those that leak, those swept at exit; subtree included */
  created: number;
  openAtEnd: number;
  leaked: number;
  leakedAtExit: number;
  /** objects whose stack ends here */
  self: number;
  /** keeps the objects of this node */
  filter: z.infer<typeof filterSchema> | null;
  hit: boolean;
}

export interface StackTreePage {
  rows: StackNode[];
  firstRow: number;
  total: number;
  hits: number;
  hitRows: number[];
  /** of the whole tree */
  created: number;
  leaked: number;
  /** objects without such a stack */
  withoutStack: number;
}

/** Rectangles of the icicle that are at least a pixel wide; root on top. */
export const icicleRequestSchema = z.object({
  ...treeOf,
  /** node at the top, "" the root */
  root: z.string().max(4096),
  width: z.number().int().min(1).max(16384),
  /** widths are counts of this */
  weight: z.enum(['created', 'open', 'leaked']),
});
export type IcicleRequest = z.infer<typeof icicleRequestSchema>;

export interface IcicleBox extends Omit<StackNode, 'children' | 'open' | 'hit'> {
  /** px, fractions */
  x0: number;
  x1: number;
}
export interface Icicle {
  boxes: IcicleBox[];
  depth: number;
  /** boxes narrower than a pixel that are left out */
  omitted: number;
}
