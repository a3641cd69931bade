import type { DownloadState } from './download-state.ts';

/** What became of a resource, as far as it is known now. Times in ms of the queue's clock. */
export interface LoggedDownload extends DownloadState {
  /** When it was asked for, when its first attempt or cache read began, when it was over. */
  readonly askedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** Two rooms' worth. */
const MOST_ENTRIES = 1000;

/** Remembers the last downloads, so that an inspector that is opened late can show how the room came. */
export class DownloadLog {
  readonly #entries = new Map<number, LoggedDownload>();

  /** Takes in that a download entered a state at `now`. */
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
    if (this.#entries.size > MOST_ENTRIES) this.#entries.delete(this.#entries.keys().next().value ?? -1);
  }

  /** In the order in which they were asked for. */
  get entries(): readonly LoggedDownload[] {
    return [...this.#entries.values()];
  }
}
