import type { Aggregate } from './aggregate.ts';
import { schemas } from './kinds.ts';

/** Tracks which aggregates refer to which. A change of an avatar is reported in every room that it stands in. */
export class References {
  /** Aggregate -> aggregates that refer to it, with the number of their references. */
  readonly #from = new Map<string, Map<string, number>>();
  /** Aggregate -> path -> its last known reference. */
  readonly #known = new Map<string, Map<string, string>>();

  add(aggregate: Aggregate): void {
    for (const name of aggregate.groups.keys()) this.#addGroup(aggregate, name);
    this.#addRelations(aggregate);
  }

  /** Follows the change of `paths` in `aggregate`. */
  update(aggregate: Aggregate, paths: ReadonlySet<string>): void {
    for (const path of paths) {
      if (path === '') this.#addRelations(aggregate);
      else if (path.includes('/') && this.#counts(aggregate, path.slice(0, path.indexOf('/'))))
        this.#set(aggregate.id, path, aggregate.member(path)?.ref);
    }
  }

  /** Aggregates that refer to `id` directly. */
  to(id: string): Iterable<string> {
    return this.#from.get(id)?.keys() ?? [];
  }

  /** Returns the rooms whose responses include the aggregate: itself or rooms that refer to it, directly or not. */
  rooms(id: string): ReadonlySet<string> {
    const seen = new Set([id]);
    const rooms = new Set<string>();
    for (const each of seen) {
      if (each.startsWith('room/')) rooms.add(each);
      else for (const referrer of this.to(each)) seen.add(referrer);
    }
    return rooms;
  }

  /** Room responses include no messages, so a message keeps its avatar in no room. */
  #counts(aggregate: Aggregate, group: string): boolean {
    return group !== 'messages' && schemas[aggregate.kind].groups[group]?.target !== 'resource';
  }

  #addGroup(aggregate: Aggregate, name: string): void {
    if (!this.#counts(aggregate, name)) return;
    for (const [id, { ref }] of aggregate.groups.get(name)?.members ?? []) this.#set(aggregate.id, `${name}/${id}`, ref);
  }

  #addRelations(aggregate: Aggregate): void {
    for (const name of Object.keys(schemas[aggregate.kind].relations))
      this.#set(aggregate.id, name, aggregate.deleted ? undefined : aggregate.relations[name]);
  }

  #set(from: string, path: string, to: string | undefined): void {
    let known = this.#known.get(from);
    const before = known?.get(path);
    if (before === to) return;
    if (before !== undefined) this.#count(before, from, -1);
    if (to === undefined) known?.delete(path);
    else {
      if (!known) this.#known.set(from, (known = new Map()));
      known.set(path, to);
      this.#count(to, from, 1);
    }
  }

  #count(to: string, from: string, by: number): void {
    let referrers = this.#from.get(to);
    if (!referrers) this.#from.set(to, (referrers = new Map()));
    const count = (referrers.get(from) ?? 0) + by;
    if (count > 0) referrers.set(from, count);
    else referrers.delete(from);
    if (referrers.size === 0) this.#from.delete(to);
  }
}
