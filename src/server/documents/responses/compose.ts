import type { Address } from '../addresses.ts';
import type { Aggregate } from '../aggregate.ts';
import type { Documents } from '../documents.ts';
import { schemas } from '../kinds.ts';
import { Problem } from '../problem.ts';
import { readQuery } from './filters.ts';
import { nextUrl, passes, type Render, takePage } from './render.ts';

/** Chooses the documents of a response: the requested one, and those that a client would request next. */

export const LOBBY = 'lobby';

/** A response body as pieces of JSON. */
export interface Composition {
  /** URL of the requested document. */
  readonly id: string;
  /** `"url":{…},"url":{…}`, joined by commas. */
  readonly pieces: readonly string[];
  /** Position of the last change of the document itself, which `If-Match` compares. */
  readonly version: number;
  /** Position of the last change of the node's edges, except people and messages. */
  readonly edges?: number;
  /** The aggregates in the body, with their revisions. The body is valid as long as these are current. */
  readonly made: ReadonlyMap<string, number>;
}

export class Compose {
  readonly #documents: Documents;
  readonly #render: Render;
  /** `queue aggregate` -> its JSON at that revision. Most of a room does not change when somebody enters. */
  readonly #pieces = new Map<string, { readonly revision: number; readonly text: string }>();

  constructor(documents: Documents, render: Render) {
    this.#documents = documents;
    this.#render = render;
  }

  /**
   * @param instead - an aggregate to show instead of the one at the address.
   * @throws Problem 404, 410, 400 for a wrong query.
   */
  compose(address: Exclude<Address, { type: 'entry' }>, search: string, instead?: Aggregate): Composition {
    if (address.type === 'nodes') return this.#nodes(address.kind, search);
    const aggregate = instead ?? this.aggregate(address.aggregate);
    if (address.path === '') return this.#node(aggregate, search);
    return address.path.includes('/')
      ? this.#edge(aggregate, address.path, search)
      : this.#group(aggregate, address.path, search);
  }

  /** @throws Problem 404, 410 */
  aggregate(id: string): Aggregate {
    const found = this.#documents.find(id);
    if (found?.exists) return found;
    const url = this.#render.addresses.document(id);
    if (found?.deleted) throw new Problem(410, 'gone', 'the document was deleted', { value: url });
    throw new Problem(404, 'not-found', 'there is no such document', { value: url });
  }

  #node(aggregate: Aggregate, search: string): Composition {
    readQuery(new URLSearchParams(search), []);
    const made = new Map<string, number>();
    const pieces: string[] = [];
    const take = (each: Aggregate | undefined) => {
      if (!each?.exists || made.has(each.id)) return;
      made.set(each.id, each.revision);
      pieces.push(this.#piece(each, aggregate.id));
      for (const ref of Object.values(each.relations)) take(this.#documents.find(ref));
      for (const [name, { members }] of each.groups) {
        if (name === 'messages' || schemas[each.kind].groups[name].target === 'resource') continue;
        for (const { ref } of members.values()) take(this.#documents.find(ref));
      }
    };
    take(aggregate);
    return {
      id: this.#render.addresses.document(aggregate.id),
      pieces,
      version: aggregate.version,
      edges: aggregate.edgesVersion,
      made,
    };
  }

  /** Composes a node after a write: with its groups and edges, without their targets, which the writer has. */
  written(aggregate: Aggregate): Composition {
    const id = this.#render.addresses.document(aggregate.id);
    const pieces = [this.#piece(aggregate, aggregate.id)];
    return { id, pieces, version: aggregate.version, edges: aggregate.edgesVersion, made: new Map() };
  }

  /** Returns all documents of one aggregate, for a response that names `queue`. */
  #piece(aggregate: Aggregate, queue: string): string {
    const key = `${queue} ${aggregate.id}`;
    // Cached for rooms, which many read. Only one person reads a guest's own queue.
    const isStored = queue.startsWith('room/') && this.#documents.find(aggregate.id) === aggregate;
    const held = isStored ? this.#pieces.get(key) : undefined;
    if (held?.revision === aggregate.revision) return held.text;
    const { addresses } = this.#render;
    const own = addresses.document(aggregate.id);
    const parts = [json(own, this.#render.node(aggregate, queue))];
    for (const [name, { members }] of aggregate.groups) {
      if (name === 'messages') continue;
      for (const { url, document } of this.#render.pages(aggregate, name, queue)) parts.push(json(url, document));
      for (const [id, member] of members) parts.push(json(`${own}/${name}/${id}`, this.#render.edge(member, queue)));
    }
    const text = parts.join(',');
    if (this.#pieces.size > 20_000) this.#pieces.clear();
    if (isStored) this.#pieces.set(key, { revision: aggregate.revision, text });
    return text;
  }

  #group(aggregate: Aggregate, name: string, search: string): Composition {
    const query = readQuery(new URLSearchParams(search), schemas[aggregate.kind].groups[name].members);
    const page = this.#render.page(aggregate, name, query, search, aggregate.id);
    const own = this.#render.addresses.document(aggregate.id, name);
    const pieces = [json(page.url, page.document)];
    const group = aggregate.groups.get(name);
    for (const id of page.ids) {
      const member = group?.members.get(id);
      if (member) pieces.push(json(`${own}/${id}`, this.#render.edge(member, aggregate.id)));
    }
    return { id: page.url, pieces, version: group?.version ?? 0, made: new Map([[aggregate.id, aggregate.revision]]) };
  }

  #edge(aggregate: Aggregate, path: string, search: string): Composition {
    readQuery(new URLSearchParams(search), []);
    const member = aggregate.member(path);
    const id = this.#render.addresses.document(aggregate.id, path);
    if (!member) {
      if (aggregate.wasRemoved(path)) throw new Problem(410, 'gone', 'the document was deleted', { value: id });
      throw new Problem(404, 'not-found', 'there is no such document', { value: id });
    }
    const document = this.#render.edgeNow(aggregate, path, member, aggregate.id);
    return { id, pieces: [json(id, document)], version: member.version, made: new Map() };
  }

  #nodes(kind: Aggregate['kind'], search: string): Composition {
    const members = kind === 'room' ? [...schemas.room.members, 'visitors', 'capacity'] : schemas[kind].members;
    const query = readQuery(new URLSearchParams(search), members);
    const { addresses } = this.#render;
    const node = (id: string) => this.#documents.existing(`${kind}/${id}`);
    const rendered = (aggregate: Aggregate) => this.#render.node(aggregate, LOBBY);
    const ids = [...this.#documents.nodes(kind)].map(id => id.slice(kind.length + 1));
    const order = (id: string) => this.#documents.find(`${kind}/${id}`)?.created ?? 0;
    const page = takePage(ids, query, order, id => {
      const aggregate = node(id);
      if (!aggregate) return false;
      const data = query.filters.length === 0 ? aggregate.data : (rendered(aggregate).data as Aggregate['data']);
      return passes(query.filters, data, addresses.document(aggregate.id));
    });
    const own = addresses.nodes(kind);
    const url = search === '' ? own : `${own}?${search}`;
    const made = new Map<string, number>([[`kind ${kind}`, this.#documents.kindVersion(kind)]]);
    const following = page.next === undefined ? {} : { next: nextUrl(own, search, page.next) };
    const nodes = page.ids.map(id => addresses.document(`${kind}/${id}`));
    const pieces = [json(url, { nodes, ...following, updates: addresses.updates(LOBBY) })];
    for (const id of page.ids) {
      const aggregate = node(id);
      if (!aggregate) continue;
      pieces.push(json(addresses.document(aggregate.id), rendered(aggregate)));
      if (kind === 'room') made.set(aggregate.id, aggregate.revision);
    }
    return { id: url, pieces, version: this.#documents.kindVersion(kind), made };
  }

  /** Whether an earlier composition is still valid. */
  holds(made: Composition['made']): boolean {
    for (const [id, revision] of made) {
      const now = id.startsWith('kind ')
        ? this.#documents.kindVersion(id.slice(5) as Aggregate['kind'])
        : this.#documents.find(id)?.revision;
      if (now !== revision) return false;
    }
    return made.size > 0;
  }
}

export function json(url: string, document: object): string {
  return `${JSON.stringify(url)}:${JSON.stringify(document)}`;
}
