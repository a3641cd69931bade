import type { DownloadState } from './download-state.ts';
import { DOCUMENT } from './priority.ts';

/** The state of a resource as far as it is known now. Times are ms of the queue's clock. */
export interface LoggedDownload extends DownloadState {
  /** When it was requested, when its first attempt or cache read began, and when it ended. */
  readonly askedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** Entries of two rooms. */
const MOST_ENTRIES = 1000;
/** A live room asks for documents for days: they must not drive out what the room arrived with. */
const MOST_DOCUMENTS = 100;

/** Remembers the last downloads, so that an inspector that is opened late can show how the room arrived. */
export class DownloadLog {
  readonly #entries = new Map<number, LoggedDownload>();
  /** Ids of the documents among them, the oldest first. */
  readonly #documents: number[] = [];

  /** Records that a download entered a state at `now`. */
  note(state: DownloadState, now: number): void {
    const before = this.#entries.get(state.id);
    const running = state.state === 'network' || state.state === 'cache';
    const over = state.state === 'done' || state.state === 'failed' || state.state === 'aborted';
    this.#entries.set(state.id, {
      ...state,
      askedAt: before?.askedAt ?? now,
      startedAt: before?.startedAt ?? (running ? now : undefined),
      endedAt: over ? now : undefined,
    });
    if (!before && state.class === DOCUMENT && this.#documents.push(state.id) > MOST_DOCUMENTS)
      this.#entries.delete(this.#documents.shift() ?? -1);
    if (this.#entries.size > MOST_ENTRIES) this.#entries.delete(this.#entries.keys().next().value ?? -1);
  }

  /** In the order of their requests. */
  get entries(): readonly LoggedDownload[] {
    return [...this.#entries.values()];
  }
}
