import type { Change, Data, Operation, Ref } from '../log/change.ts';
import { type Kind, kindOf, schemas } from './kinds.ts';

/** The state of one aggregate after its entries in the log. Only `apply` changes it. */

export interface Member {
  readonly data: Data;
  readonly ref: Ref;
  /** The user whose lease keeps the edge. */
  readonly owner?: string;
  /** Position of the last entry that changed it. */
  readonly version: number;
}

export interface Group {
  /** In the order in which they were added. Keys are counters in base 36, so that later ones are larger. */
  readonly members: Map<string, Member>;
  /** Position of the last entry that added or removed a member. */
  version: number;
}

export interface Retry {
  readonly request: string;
  readonly path: string;
}

/** Number of messages that a room keeps: the latest. */
const MESSAGES_KEPT = 200;
const RETRIES_KEPT = 256;

export class Aggregate {
  readonly id: string;
  readonly kind: Kind;
  /** Position of the last entry, which the next append expects. */
  revision = 0;
  /** Position of the entry that made the node. */
  created = 0;
  deleted = false;
  /** The number of the next member of any group, which becomes its name. */
  next = 0;
  data: Data = {};
  relations: Readonly<Record<string, Ref>> = {};
  /** Position of the last entry that changed the node itself. */
  version = 0;
  readonly groups = new Map<string, Group>();
  /** `Idempotency-Key`s of the last writes. */
  readonly retries = new Map<string, Retry>();
  /** Avatars that may not speak here. */
  readonly muted = new Set<string>();
  /** Identifies the content that was last published as this room. */
  publication: string | undefined;
  /** Wall-clock time of the last entry, ms since 1970. */
  touched = 0;
  /** User whose avatar it is. */
  owner: string | undefined;

  constructor(id: string) {
    this.id = id;
    this.kind = kindOf(id);
    for (const name of Object.keys(schemas[this.kind].groups)) this.groups.set(name, { members: new Map(), version: 0 });
  }

  /** People in the room: edges that a lease keeps. */
  get visitors(): number {
    let count = 0;
    for (const { owner } of this.groups.get('avatars')?.members.values() ?? []) if (owner !== undefined) count++;
    return count;
  }

  /** Position of the last entry that changed an edge that can be written with its node. People and messages cannot. */
  get edgesVersion(): number {
    let last = 0;
    for (const [name, { version, members }] of this.groups) {
      if (name === 'avatars' || name === 'messages') continue;
      last = Math.max(last, version);
      for (const member of members.values()) last = Math.max(last, member.version);
    }
    return last;
  }

  get exists(): boolean {
    return this.created > 0 && !this.deleted;
  }

  member(path: string): Member | undefined {
    const [group, id] = path.split('/');
    return this.groups.get(group)?.members.get(id);
  }

  /** Whether an edge of this path existed and was removed. */
  wasRemoved(path: string): boolean {
    const number = Number.parseInt(path.split('/')[1] ?? '', 36);
    return this.member(path) === undefined && number < this.next;
  }

  /** @returns the paths that changed: '' the node, `outfit` a group, `outfit/3` an edge; without repetition. */
  apply(position: number, change: Change): ReadonlySet<string> {
    const paths = new Set<string>();
    for (const operation of change.operations) this.#apply(position, operation, paths);
    this.revision = position;
    this.touched = change.at;
    if (change.retry) {
      const { key, request, path } = change.retry;
      this.retries.set(key, { request, path });
      if (this.retries.size > RETRIES_KEPT) this.retries.delete(this.retries.keys().next().value ?? '');
    }
    return paths;
  }

  #apply(position: number, operation: Operation, paths: Set<string>): void {
    if ('node' in operation) {
      if (this.created === 0) this.created = position;
      this.deleted = false;
      this.data = operation.node.data;
      this.relations = operation.node.relations;
      this.version = position;
      if (operation.owner !== undefined) this.owner = operation.owner;
      paths.add('');
    } else if ('put' in operation) this.#put(position, operation, paths);
    else if ('drop' in operation) this.#drop(position, operation.drop, paths);
    else if ('clear' in operation) {
      for (const id of [...(this.groups.get(operation.clear)?.members.keys() ?? [])])
        this.#drop(position, `${operation.clear}/${id}`, paths);
    } else if ('publication' in operation) this.publication = operation.publication;
    else if ('mute' in operation) {
      if (operation.on) this.muted.add(operation.mute);
      else this.muted.delete(operation.mute);
    } else {
      for (const [name, group] of this.groups) {
        for (const id of group.members.keys()) paths.add(`${name}/${id}`);
        group.members.clear();
        group.version = position;
        paths.add(name);
      }
      paths.add('');
      this.deleted = true;
      this.version = position;
    }
  }

  #put(position: number, { put, data, ref, owner }: Extract<Operation, { put: string }>, paths: Set<string>): void {
    const [name, id] = put.split('/');
    const group = this.groups.get(name);
    if (!group) return;
    if (!group.members.has(id)) {
      group.version = position;
      paths.add(name);
    }
    group.members.set(id, { data, ref, version: position, ...(owner === undefined ? {} : { owner }) });
    const number = Number.parseInt(id, 36);
    if (number >= this.next) this.next = number + 1;
    paths.add(put);
    if (name !== 'messages' || group.members.size <= MESSAGES_KEPT) return;
    group.members.delete(group.members.keys().next().value ?? '');
  }

  #drop(position: number, path: string, paths: Set<string>): void {
    const [name, id] = path.split('/');
    const group = this.groups.get(name);
    if (!group?.members.delete(id)) return;
    group.version = position;
    paths.add(name).add(path);
  }

  /** Returns the state that a checkpoint stores. */
  toJSON(): object {
    const groups = Object.fromEntries(
      [...this.groups].map(([name, { members, version }]) => [name, { version, members: Object.fromEntries(members) }]),
    );
    const { id, revision, created, deleted, next, data, relations, version, owner, publication, touched } = this;
    const retries = [...this.retries];
    return {
      id,
      revision,
      created,
      deleted,
      next,
      data,
      relations,
      version,
      owner,
      publication,
      touched,
      groups,
      retries,
      muted: [...this.muted],
    };
  }

  static from(stored: ReturnType<Aggregate['toJSON']>): Aggregate {
    const { groups, retries, muted, id, ...rest } = stored as Aggregate & {
      readonly groups: Record<string, { version: number; members: Record<string, Member> }>;
      readonly retries: [string, Retry][];
      readonly muted: string[];
    };
    const aggregate = new Aggregate(id);
    const { revision, created, deleted, next, data, relations, version, owner, publication, touched } = rest;
    Object.assign(aggregate, { revision, created, deleted, next, data, relations, version, owner, publication, touched });
    for (const [name, { version, members }] of Object.entries(groups)) {
      const group = aggregate.groups.get(name);
      if (!group) continue;
      group.version = version;
      // JavaScript moves keys such as "12" before others. This restores the order of the counters.
      const inOrder = Object.entries(members).sort(([a], [b]) => Number.parseInt(a, 36) - Number.parseInt(b, 36));
      for (const [key, member] of inOrder) group.members.set(key, member);
    }
    for (const [key, retry] of retries) aggregate.retries.set(key, retry);
    for (const avatar of muted) aggregate.muted.add(avatar);
    return aggregate;
  }
}
