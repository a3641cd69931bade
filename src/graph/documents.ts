import * as v from 'valibot';

/**
 * The four kinds of document (docs/formats.md): node, node group, edge, edge group. Links stand in `relations` and in
 * the arrays of groups; they are opaque here, and relative until the client resolves them.
 */

/** A link as it stands in a document. The limit keeps a hostile document from filling memory with URLs. */
export const link = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** A server's response. Its documents stay `unknown` until they are needed, so a wrong one is an error for itself only. */
export const envelope = v.variant('status', [
  v.object({
    id: v.optional(link),
    status: v.literal('success'),
    denormalized: v.custom<Readonly<Record<string, unknown>>>(isRecord, 'denormalized is not an object'),
  }),
  v.object({
    id: v.optional(v.string()),
    status: v.literal('failure'),
    error: v.optional(v.string(), 'unknown error'),
    message: v.optional(v.string(), ''),
  }),
]);

/** Whether it is a room description, which `foyer room` reads (docs/import.md), and not the room that it writes. */
export const isHandWritten = (json: unknown): boolean =>
  isRecord(json) && Object.hasOwn(json as object, 'models') && !Object.hasOwn(json as object, 'status');

/** A page of a node or edge group: `nodes` or `edges`, and the URL of the next page. */
export interface GroupPage {
  readonly nodes?: readonly string[];
  readonly edges?: readonly string[];
  readonly next?: string;
}

const isLink = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 4096;

/** Written without a schema, which makes an object of each link: a group of a live room arrives again with everybody who enters. */
export function isGroup(document: unknown): document is GroupPage {
  const { nodes, edges, next } = (document ?? {}) as Record<string, unknown>;
  const links = nodes ?? edges;
  return Array.isArray(links) && links.every(isLink) && (next === undefined || isLink(next));
}

/** A node whose `data` and `relations` are checked by the schemas given. */
export function node<Data extends v.GenericSchema, Relations extends v.GenericSchema>(data: Data, relations: Relations) {
  return v.object({ data, relations, updates: v.optional(link) });
}

/** An edge. It always relates to exactly one `ref`. `data` may be left out if its schema accepts `{}`. */
export function edge<Data extends v.GenericSchema>(data: Data) {
  return edgeTo(data, v.object({ ref: link }));
}

/** An edge with further relations. */
export function edgeTo<Data extends v.GenericSchema, Relations extends v.GenericSchema>(data: Data, relations: Relations) {
  return v.object({ data: orEmpty(data), relations, updates: v.optional(link) });
}

/** The schema of `data` decides whether it may be left out: it may if the schema accepts `{}`. */
function orEmpty<Data extends v.GenericSchema>(data: Data): Data {
  return v.optional(data as v.GenericSchema, {}) as v.GenericSchema as Data;
}

/** Whether it is an object and not an array. */
export function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
