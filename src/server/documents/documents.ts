import { Emitter } from '../../core/emitter.ts';
import type { LogEntry } from '../log/room-log.ts';
import { Aggregate } from './aggregate.ts';
import { type Kind, kindOf, kinds } from './kinds.ts';
import { References } from './references.ts';

/** What one entry changed. */
export interface Applied {
  readonly entry: LogEntry;
  readonly aggregate: Aggregate;
  /** Paths that changed in the aggregate: '' the node, `furniture`, `furniture/3`. */
  readonly paths: ReadonlySet<string>;
}

export interface DocumentEvents {
  applied: Applied;
}

/** All documents as of the last applied entry of the log. Only `apply` changes them. Entries must be applied in order. */
export class Documents {
  readonly events = new Emitter<DocumentEvents>();
  readonly references = new References();
  readonly #aggregates = new Map<string, Aggregate>();
  /** Position of the last entry that changed a node of the kind, or made or removed one. */
  readonly #kindVersions: Record<Kind, number> = { room: 0, avatar: 0, product: 0 };
  readonly #nodes: Record<Kind, Set<string>> = { room: new Set(), avatar: new Set(), product: new Set() };
  #position = 0;
  readonly #waiting: { readonly position: number; resolve(): void }[] = [];
  /** Called before an aggregate changes, so that a checkpoint being written can store it first. */
  beforeChange: ((aggregate: Aggregate) => void) | undefined;

  /** Position of the last entry applied. */
  get position(): number {
    return this.#position;
  }

  get size(): number {
    return this.#aggregates.size;
  }

  /** Returns the aggregate, even if it was deleted. Undefined if it never existed. */
  find(id: string): Aggregate | undefined {
    return this.#aggregates.get(id);
  }

  /** Returns the aggregate if it exists now. */
  existing(id: string): Aggregate | undefined {
    const found = this.#aggregates.get(id);
    return found?.exists ? found : undefined;
  }

  all(): IterableIterator<Aggregate> {
    return this.#aggregates.values();
  }

  /** Ids of the existing nodes of a kind, in order of creation. */
  nodes(kind: Kind): ReadonlySet<string> {
    return this.#nodes[kind];
  }

  kindVersion(kind: Kind): number {
    return this.#kindVersions[kind];
  }

  /** @param silent - tells no listener: the entry is history. */
  apply(entry: LogEntry, silent = false): void {
    // The log delivers at least once. Skip what was applied.
    if (entry.position <= this.#position) return;
    let aggregate = this.#aggregates.get(entry.aggregate);
    if (!aggregate) {
      if (!kinds.includes(kindOf(entry.aggregate))) {
        this.#position = entry.position;
        return;
      }
      this.#aggregates.set(entry.aggregate, (aggregate = new Aggregate(entry.aggregate)));
    } else this.beforeChange?.(aggregate);
    const paths = aggregate.apply(entry.position, entry.change);
    this.#position = entry.position;
    this.#index(aggregate, paths);
    if (!silent) this.events.emit('applied', { entry, aggregate, paths });
  }

  #index(aggregate: Aggregate, paths: ReadonlySet<string>): void {
    if (paths.has('')) {
      this.#kindVersions[aggregate.kind] = aggregate.revision;
      if (aggregate.exists) this.#nodes[aggregate.kind].add(aggregate.id);
      else this.#nodes[aggregate.kind].delete(aggregate.id);
    }
    this.references.update(aggregate, paths);
  }

  /** Restores the state of a checkpoint. The store must be empty. */
  restore(position: number, aggregates: Iterable<Aggregate>): void {
    const inOrder = [...aggregates].sort((a, b) => a.created - b.created);
    for (const aggregate of inOrder) {
      this.#aggregates.set(aggregate.id, aggregate);
      if (aggregate.exists) this.#nodes[aggregate.kind].add(aggregate.id);
      this.#kindVersions[aggregate.kind] = Math.max(this.#kindVersions[aggregate.kind], aggregate.version);
      this.references.add(aggregate);
    }
    this.#position = position;
  }

  /** Resolves once the entry at `position` has been applied. */
  reached(position: number): Promise<void> {
    if (position <= this.#position) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push({ position, resolve }));
  }

  /** Resolves what waits in `reached`. Called after each batch of entries. */
  settle(): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      if (this.#waiting[i].position > this.#position) continue;
      const [{ resolve }] = this.#waiting.splice(i, 1);
      resolve();
    }
  }
}
