import type { Disposable } from '../../core/disposal.ts';
import type { Emitter } from '../../core/emitter.ts';
import { parseUrl } from '../../core/parse-url.ts';
import type { DownloadState } from '../../net/queue/download-state.ts';
import { LAST_CLASS } from '../../net/queue/priority.ts';

/** Names by class of `Priority`. */
export const CLASS_NAMES = ['documents', 'critical-visible', 'critical', 'high'] as const;

/** Figures of one class in a visit. Times are the queue's, ms. */
export interface ClassFigures {
  readonly name: (typeof CLASS_NAMES)[number];
  /** Resources that arrived, those of them from this device, and their bytes. */
  readonly count: number;
  readonly cached: number;
  readonly bytes: number;
  readonly failed: number;
  /** When the first was requested and the latest ended. Undefined before the first. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The part of a `DownloadQueue` that is watched. */
export interface WatchedQueue {
  readonly events: Pick<Emitter<{ change: DownloadState }>, 'on'>;
  readonly now: number;
  snapshot(): readonly DownloadState[];
}

/** Watches a queue during a visit: what arrived of each class, how long the network was busy, and in what order. */
export class StreamFigures implements Disposable {
  readonly #queue: WatchedQueue;
  readonly #classes: Mutable<ClassFigures>[] = CLASS_NAMES.map(name => ({
    ...{ name, count: 0, cached: 0, bytes: 0, failed: 0 },
    ...{ startedAt: undefined, endedAt: undefined },
  }));
  readonly #asked = new Map<number, number>();
  readonly #onNetwork = new Set<number>();
  readonly #stop: () => void;
  #busyMs = 0;
  #busySince = 0;
  #inversions = 0;

  constructor(queue: WatchedQueue) {
    this.#queue = queue;
    this.#stop = queue.events.on('change', state => this.#change(state));
  }

  get classes(): readonly ClassFigures[] {
    return this.#classes;
  }

  /** Number of transfers that began while a more urgent class of the same origin waited to begin. */
  get inversions(): number {
    return this.#inversions;
  }

  /** Milliseconds in which at least one transfer was under way. */
  get busyMs(): number {
    return this.#busyMs + (this.#onNetwork.size > 0 ? this.#queue.now - this.#busySince : 0);
  }

  /** Stops watching. The figures stay. */
  dispose(): void {
    this.#stop();
    for (const id of [...this.#onNetwork]) this.#rest(id, this.#queue.now);
  }

  #change(download: DownloadState): void {
    const { id, state } = download;
    const now = this.#queue.now;
    if (!this.#asked.has(id)) this.#asked.set(id, now);
    if (state === 'network') this.#begin(download, now);
    else this.#rest(id, now);
    if (state === 'done' || state === 'failed') this.#end(download, now);
    if (state === 'done' || state === 'failed' || state === 'aborted') this.#asked.delete(id);
  }

  #begin(download: DownloadState, now: number): void {
    if (this.#onNetwork.has(download.id)) return;
    if (this.#onNetwork.size === 0) this.#busySince = now;
    this.#onNetwork.add(download.id);
    if (download.attempts <= 1 && this.#overtakes(download)) this.#inversions++;
  }

  #rest(id: number, now: number): void {
    if (this.#onNetwork.delete(id) && this.#onNetwork.size === 0) this.#busyMs += now - this.#busySince;
  }

  #overtakes({ url, class: own }: DownloadState): boolean {
    if (own === 0) return false;
    const origin = originOf(url);
    return this.#queue.snapshot().some(other => other.state === 'waiting' && other.class < own && originOf(other.url) === origin);
  }

  #end({ id, class: number, state, received, from }: DownloadState, now: number): void {
    const figures = this.#classes[Math.min(number, LAST_CLASS)];
    const asked = this.#asked.get(id) ?? now;
    figures.startedAt = Math.min(figures.startedAt ?? asked, asked);
    figures.endedAt = now;
    if (state === 'failed') figures.failed++;
    else {
      figures.count++;
      figures.bytes += received;
      if (from === 'cache' || from === 'memory') figures.cached++;
    }
  }
}

function originOf(url: string): string {
  return parseUrl(url)?.origin ?? '';
}
