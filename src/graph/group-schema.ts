import * as v from 'valibot';
import { link } from './documents.ts';

/** The schema of a page of a node or edge group, for code that reads one without a `GraphClient`. */
export const group = v.union(
  [v.object({ nodes: v.array(link), next: v.optional(link) }), v.object({ edges: v.array(link), next: v.optional(link) })],
  'not a node or edge group',
);
