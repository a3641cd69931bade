import type { Data, Json } from '../../log/change.ts';
import type { Addresses } from '../addresses.ts';
import type { Aggregate, Member } from '../aggregate.ts';
import { schemas } from '../kinds.ts';
import { type Filter, type GroupQuery, PAGE } from './filters.ts';

/** Renders documents for clients: with absolute URLs and update queues. */

export type Rendered = Readonly<Record<string, unknown>>;

/** Returns what somebody is doing now, which the log does not have. */
export type ReadIntent = (room: string, path: string) => Data | undefined;

export class Render {
  readonly addresses: Addresses;
  readonly #intent: ReadIntent;
  readonly #capacity: number;

  constructor(addresses: Addresses, intent: ReadIntent, capacity: number) {
    this.addresses = addresses;
    this.#intent = intent;
    this.#capacity = capacity;
  }

  node(aggregate: Aggregate, queue: string): Rendered {
    const { addresses } = this;
    const relations: Record<string, string> = {};
    for (const [name, ref] of Object.entries(aggregate.relations)) relations[name] = addresses.ofRef(ref);
    for (const name of Object.keys(schemas[aggregate.kind].groups)) relations[name] = addresses.document(aggregate.id, name);
    relations.snapshot = addresses.snapshot(aggregate.id);
    const data =
      aggregate.kind === 'room' ? { ...aggregate.data, visitors: aggregate.visitors, capacity: this.#capacity } : aggregate.data;
    return { data, relations, updates: addresses.updates(queue) };
  }

  edge(member: Member, queue: string): Rendered {
    return {
      data: member.data,
      relations: { ref: this.addresses.ofRef(member.ref) },
      updates: this.addresses.updates(queue),
    };
  }

  /** Renders one edge, with what its avatar is doing now. */
  edgeNow(aggregate: Aggregate, path: string, member: Member, queue: string): Rendered {
    const edge = this.edge(member, queue);
    const intent = aggregate.kind === 'room' ? this.#intent(aggregate.id, path) : undefined;
    return intent ? { ...edge, data: { ...member.data, ...intent } } : edge;
  }

  /** One page of an edge group, and the ids of its members. */
  page(aggregate: Aggregate, name: string, query: GroupQuery, search: string, queue: string): Page {
    const members = aggregate.groups.get(name)?.members ?? new Map<string, Member>();
    const { ids, next } = takePage(members.keys(), query, Number36, (id, { filters }) => {
      const member = members.get(id);
      return member !== undefined && passes(filters, member.data, this.addresses.ofRef(member.ref));
    });
    const own = this.addresses.document(aggregate.id, name);
    const url = search === '' ? own : `${own}?${search}`;
    const following = next === undefined ? {} : { next: nextUrl(own, search, next) };
    const edges = ids.map(id => `${own}/${id}`);
    return { url, ids, document: { edges, ...following, updates: this.addresses.updates(queue) } };
  }

  /** Yields all pages of a group, for a response that includes all of it. */
  *pages(aggregate: Aggregate, name: string, queue: string): Generator<Page> {
    for (let cursor: string | undefined, search = ''; ; ) {
      const page = this.page(aggregate, name, { limit: PAGE, cursor, filters: [] }, search, queue);
      yield page;
      if (page.document.next === undefined) return;
      search = new URL(String(page.document.next)).search.slice(1);
      cursor = new URLSearchParams(search).get('cursor') ?? undefined;
    }
  }
}

export interface Page {
  readonly url: string;
  readonly ids: readonly string[];
  readonly document: Rendered;
}

/** Edges have ascending numbers in base 36, so a cursor marks its place even after its member was removed. */
const Number36 = (id: string): number => Number.parseInt(id, 36);

/** @param order - of a member or of a cursor; ascends along `ids`. */
export function takePage(
  ids: Iterable<string>,
  query: GroupQuery,
  order: (id: string) => number,
  passes: (id: string, query: GroupQuery) => boolean,
): { readonly ids: readonly string[]; readonly next: string | undefined } {
  const from = query.cursor === undefined ? Number.NEGATIVE_INFINITY : order(query.cursor);
  const taken: string[] = [];
  for (const id of ids) {
    if (order(id) <= from || !passes(id, query)) continue;
    if (taken.length === query.limit) return { ids: taken, next: taken[taken.length - 1] };
    taken.push(id);
  }
  return { ids: taken, next: undefined };
}

export function passes(filters: readonly Filter[], data: Data, ref: string): boolean {
  return filters.every(({ member, matches }) => matches(member === 'ref' ? ref : (data[member] as Json | undefined)));
}

export function nextUrl(group: string, search: string, cursor: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', cursor);
  return `${group}?${parameters}`;
}
