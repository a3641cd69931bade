import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Documents } from '../documents/documents.ts';
import type { Render } from '../documents/responses/render.ts';
import { frame, heartbeat, opening } from './frames.ts';
import { type News, NewsFrames, newsOf } from './news.ts';
import { type DeliveryFigures, type Recipient, RecipientSet } from './recipients.ts';

/** Number of entries that are kept, for readers that resume. */
const NEWS_KEPT = 8192;
/** Number of entries whose encoded frames are kept. Others are encoded again on demand. */
const FRAMES_KEPT = 512;
const HEARTBEAT_MS = 15_000;

interface Kept extends News {
  frames: Map<string, Buffer | undefined> | undefined;
}

export interface UpdatesOptions {
  readonly documents: Documents;
  readonly render: Render;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Reports stale documents to readers, in log order, for each queue. An event is serialised once for each queue, for any number of
 * readers.
 */
export class Updates {
  readonly figures: DeliveryFigures = { deliveries: 0, bytes: 0, cut: 0 };
  readonly #documents: Documents;
  readonly #frames: NewsFrames;
  readonly #random: Random;
  readonly #queues = new Map<string, RecipientSet>();
  #news: Kept[] = [];
  /** Readers cannot resume at or before this position: they get a `reset`. */
  #floor = 0;
  #stopHeartbeat: () => void;
  readonly #stopListening: () => void;
  #open = 0;

  constructor({ documents, render, clock, random }: UpdatesOptions) {
    this.#documents = documents;
    this.#frames = new NewsFrames(documents, render);
    this.#random = random;
    this.#stopListening = documents.events.on('applied', applied => this.#take(newsOf(applied, documents)));
    const beat = () => {
      for (const recipients of this.#queues.values()) recipients.write(heartbeat);
      this.#stopHeartbeat = clock.after(HEARTBEAT_MS, beat);
    };
    this.#stopHeartbeat = clock.after(HEARTBEAT_MS, beat);
  }

  /** Number of open streams. */
  get open(): number {
    return this.#open;
  }

  /** Marks entries at or before `position` as unknown here. Readers that resume there get a `reset`. */
  startAt(position: number): void {
    this.#floor = position;
  }

  /** Adds an entry that was applied before this process started, so that readers can resume behind it. */
  remember(news: News): void {
    this.#keep({ ...news, frames: undefined });
  }

  #take(news: News): void {
    const frames = new Map<string, Buffer | undefined>();
    for (const queue of news.queues) {
      const recipients = this.#queues.get(queue);
      if (!recipients?.size) continue;
      const made = this.#frames.frame(news, queue);
      frames.set(queue, made);
      if (made) recipients.send(made);
    }
    this.#keep({ ...news, frames });
  }

  #keep(news: Kept): void {
    this.#news.push(news);
    const old = this.#news[this.#news.length - 1 - FRAMES_KEPT];
    if (old) old.frames = undefined;
    if (this.#news.length < 2 * NEWS_KEPT) return;
    this.#floor = this.#news[NEWS_KEPT - 1].position;
    this.#news = this.#news.slice(NEWS_KEPT);
  }

  /** Sends presence to the present readers. It is not kept for later ones. */
  send(queue: string, bytes: Buffer, events: number): void {
    this.#queues.get(queue)?.send(bytes, events);
  }

  /** Whether a stream of `user` is open in `queue`. */
  isOpen(queue: string, user: string): boolean {
    for (const recipient of this.#queues.get(queue) ?? []) if (recipient.user === user) return true;
    return false;
  }

  /** Yields the users with an open stream in `queue`. */
  *users(queue: string): Generator<string> {
    for (const { user } of this.#queues.get(queue) ?? []) if (user !== undefined) yield user;
  }

  recipients(queue: string): number {
    return this.#queues.get(queue)?.size ?? 0;
  }

  /**
   * Sends all events of `queue` to `recipient` from now on.
   *
   * @param after - the position to begin behind; now by default.
   * @param present - presence frames of the people in the room.
   * @returns ends it.
   */
  subscribe(queue: string, recipient: Recipient, after: number | undefined, present: readonly Buffer[]): () => void {
    let recipients = this.#queues.get(queue);
    if (!recipients) this.#queues.set(queue, (recipients = new RecipientSet(this.figures)));
    recipients.add(recipient);
    this.#open++;
    recipient.write(Buffer.concat([opening(this.#random()), ...this.#missed(queue, after), ...present]));
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#open--;
      recipients.delete(recipient);
      if (recipients.size === 0 && this.#queues.get(queue) === recipients) this.#queues.delete(queue);
    };
  }

  #missed(queue: string, after: number | undefined): readonly Buffer[] {
    const now = this.#documents.position;
    if (after === undefined || after === now) return [];
    // A position ahead of the log comes from another log, or from before this one was restored.
    if (after < this.#floor || after > now) return [frame('reset', {}, now)];
    const missed: Buffer[] = [];
    for (const news of this.#behind(after)) {
      if (!news.queues.has(queue)) continue;
      const made = news.frames?.has(queue) ? news.frames.get(queue) : this.#frames.frame(news, queue);
      news.frames?.set(queue, made);
      if (made) missed.push(made);
    }
    this.figures.deliveries += missed.length;
    return missed;
  }

  #behind(after: number): readonly Kept[] {
    let low = 0;
    for (let high = this.#news.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#news[middle].position <= after) low = middle + 1;
      else high = middle;
    }
    return this.#news.slice(low);
  }

  /** Ends all streams when the process stops. Readers reconnect to the next one. */
  close(): void {
    this.#stopHeartbeat();
    this.#stopListening();
    for (const recipients of this.#queues.values()) {
      recipients.flush();
      for (const recipient of recipients) recipient.cut();
    }
  }
}
