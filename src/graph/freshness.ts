/** Maximum number of invalidated documents that are remembered one by one. */
const MOST_INVALIDATED = 200;

/** Knows since when documents are stale, so that a response which was requested before does not restore them. */
export class Freshness {
  /** Document -> the value of `#changes` when it was last invalidated. */
  readonly #invalidated = new Map<string, number>();
  /** File -> the value of `#changes` when its latest response was requested. What that lacked is not requested again. */
  readonly #taken = new Map<string, number>();
  #changes = 0;
  /** Responses requested before this value of `#changes` are discarded. */
  #startedOver = 0;

  /** A number that grows with each invalidation. */
  get now(): number {
    return this.#changes;
  }

  /** Returns when a document was last invalidated. */
  staleSince(url: string): number {
    return this.#invalidated.get(url) ?? this.#startedOver;
  }

  invalidate(urls: ReadonlySet<string>): void {
    this.#changes++;
    for (const url of urls) this.#invalidated.set(url, this.#changes);
  }

  /** Notes that the response for a file has arrived. @param begun - `now` when it was requested. */
  arrived(file: string, begun: number): void {
    this.#taken.set(file, begun);
  }

  /** Whether a response for the file has arrived that was requested since the document became stale. */
  hasArrived(file: string, url: string): boolean {
    return (this.#taken.get(file) ?? -1) >= this.staleSince(url);
  }

  /** Replaces many entries by one number. Call it where no response is under way for which entries of their own would be needed. */
  compact(): void {
    if (this.#invalidated.size >= MOST_INVALIDATED) this.startOver();
  }

  /** Forgets each document. Responses that were requested before restore none. */
  startOver(): void {
    this.#invalidated.clear();
    this.#taken.clear();
    this.#startedOver = this.#changes;
  }
}
