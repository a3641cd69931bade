import type { Emitter } from '../core/emitter.ts';

export interface UpdateQueueEvents {
  /** A document named this update queue (absolute URL), the first to do so. Listen to it, and call `GraphClient.update` when news arrives. */
  queue: { readonly url: string };
  /** No document that is still needed names this update queue (see `GraphClient.forget`). Nothing needs to listen to it. */
  queueGone: { readonly url: string };
}

/** Remembers which documents named which update queue. */
export class UpdateQueues {
  readonly #events: Pick<Emitter<UpdateQueueEvents>, 'emit'>;
  readonly #documents = new Map<string, Set<string>>();

  constructor(events: Pick<Emitter<UpdateQueueEvents>, 'emit'>) {
    this.#events = events;
  }

  /** Absolute URLs of the queues. */
  get urls(): readonly string[] {
    return [...this.#documents.keys()];
  }

  /** The documents that named a queue. */
  documentsOf(queue: string): Iterable<string> {
    return this.#documents.get(queue) ?? [];
  }

  /** Notes that the document at `url` names `queue`. */
  name(queue: string, url: string): void {
    const documents = this.#documents.get(queue);
    if (documents) documents.add(url);
    else {
      this.#documents.set(queue, new Set([url]));
      this.#events.emit('queue', { url: queue });
    }
  }

  /** Drops a document, and the queues that no other document names. */
  forget(url: string): void {
    for (const [queue, documents] of this.#documents) {
      if (!documents.delete(url) || documents.size > 0) continue;
      this.#documents.delete(queue);
      this.#events.emit('queueGone', { url: queue });
    }
  }
}
