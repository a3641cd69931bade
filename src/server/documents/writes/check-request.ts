import * as v from 'valibot';
import type { Data, Json, Ref } from '../../log/change.ts';
import type { Addresses } from '../addresses.ts';
import type { Documents } from '../documents.ts';
import { type Kind, kindOf, schemas, type Target } from '../kinds.ts';
import { Problem } from '../problem.ts';

/** Checks the body of a write by the schemas of src/graph. Each error names the member and quotes the value. */

export interface RequestBody {
  readonly data: Data | undefined;
  readonly relations: Readonly<Record<string, Json>> | undefined;
  readonly edges: Readonly<Record<string, Json>> | undefined;
}

/** @throws Problem 422 for a member other than `data`, `relations` or `edges`, and for one that is not an object. */
export function checkBody(body: unknown): RequestBody {
  if (!isObject(body)) throw new Problem(422, 'wrong-content', 'a JSON object is expected', { at: 'body', value: body });
  const { data, relations, edges, ...unknown } = body;
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw new Problem(422, 'unknown-member', 'no such member of a request', { at: name, value: unknown[name] });
  for (const [at, value] of Object.entries({ data, relations, edges })) {
    if (value !== undefined && !isObject(value)) throw new Problem(422, 'wrong-content', 'an object is expected', { at, value });
  }
  return { data, relations, edges } as RequestBody;
}

export interface CheckOptions {
  readonly addresses: Addresses;
  readonly documents: Documents;
  /** Origins other than our own that resources and products may be on. */
  readonly linkOrigins: ReadonlySet<string>;
  readonly hasResource: (name: string) => boolean;
}

export class CheckRequest {
  readonly #options: CheckOptions;

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  /**
   * Returns `before` with the members of `given` replaced. `null` removes a member.
   * @throws Problem 422
   */
  data(
    schema: { readonly data: v.GenericSchema; readonly members: readonly string[] },
    before: Data,
    given: Data | undefined,
    at = 'data',
  ): Data {
    const merged: Record<string, Json> = { ...before };
    for (const [name, value] of Object.entries(given ?? {})) {
      if (!schema.members.includes(name))
        throw new Problem(422, 'unknown-member', 'no such member', { at: `${at}.${name}`, value });
      if (value === null) delete merged[name];
      else merged[name] = value;
    }
    const checked = v.safeParse(schema.data, merged, { abortEarly: true });
    if (checked.success) return merged;
    const [issue] = checked.issues;
    const path = v.getDotPath(issue);
    throw new Problem(422, 'wrong-content', issue.message, { at: path === null ? at : `${at}.${path}`, value: issue.input });
  }

  /** Returns the reference for a link in a request. @throws Problem 422 */
  ref(target: Target, url: Json | undefined, at = 'relations.ref'): Ref {
    if (typeof url !== 'string' || url === '' || url.length > 4096)
      throw new Problem(422, 'wrong-content', 'a URL is expected', { at, value: url });
    const ref = this.#options.addresses.toRef(url);
    if (ref === undefined) throw new Problem(422, 'wrong-link', 'not a URL that can be followed', { at, value: url });
    if (ref.includes(':')) return this.#elsewhere(target, ref, at);
    if (ref.startsWith('resource/')) {
      if (target === 'resource' && this.#options.hasResource(ref.slice(9))) return ref;
    } else if (kindOf(ref) === target && this.#options.documents.existing(ref)) return ref;
    throw new Problem(422, 'wrong-link', `there is no such ${target}`, { at, value: url });
  }

  #elsewhere(target: Target, url: string, at: string): Ref {
    const { origin } = new URL(url);
    // No user of this server owns an avatar of another server.
    if (target !== 'avatar' && this.#options.linkOrigins.has(origin)) return url;
    throw new Problem(422, 'wrong-link', 'links to this origin are not allowed', { at, value: url });
  }

  /** Accepts `{"ref": URL}` and nothing else. Returns `before` if it is left out. */
  edgeRef(target: Target, relations: RequestBody['relations'], before?: Ref, at = 'relations'): Ref {
    for (const name of Object.keys(relations ?? {}))
      if (name !== 'ref')
        throw new Problem(422, 'unknown-member', 'no such relation', { at: `${at}.${name}`, value: relations?.[name] });
    if (before !== undefined && relations?.ref === undefined) return before;
    return this.ref(target, relations?.ref, `${at}.ref`);
  }

  /** Relations of a node that a client may set. @throws Problem 422 */
  nodeRelations(
    kind: Kind,
    before: Readonly<Record<string, Ref>>,
    given: RequestBody['relations'],
  ): Readonly<Record<string, Ref>> {
    const { relations } = schemas[kind];
    const merged: Record<string, Ref> = { ...before };
    for (const [name, url] of Object.entries(given ?? {})) {
      if (!Object.hasOwn(relations, name))
        throw new Problem(422, 'unknown-member', 'this relation cannot be set', { at: `relations.${name}`, value: url });
      merged[name] = this.ref(relations[name], url, `relations.${name}`);
    }
    for (const name of Object.keys(relations))
      if (merged[name] === undefined) throw new Problem(422, 'wrong-content', 'a URL is expected', { at: `relations.${name}` });
    return merged;
  }
}

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
