import * as v from 'valibot';
import { link } from './documents.ts';

/** A page of a node or edge group as a schema: for who reads one without a `GraphClient`. */
export const group = v.union(
  [v.object({ nodes: v.array(link), next: v.optional(link) }), v.object({ edges: v.array(link), next: v.optional(link) })],
  'not a node or edge group',
);
