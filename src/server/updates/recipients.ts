/** An open update stream. */
export interface Recipient {
  /** The user whose stream it is; undefined for an anonymous watcher. */
  readonly user: string | undefined;
  /** Writes bytes that it must not change. */
  write(bytes: Buffer): void;
  /** Bytes written that the client has not taken yet. */
  readonly buffered: number;
  /** Ends it at once. */
  cut(): void;
}

/** A recipient with more than this many bytes waiting is cut: it comes back and resumes by its position. */
export const BUFFER_LIMIT = 256 << 10;

/** The recipients of one queue. What arrives in one turn of the event loop goes out as one buffer, the same for all. */
export class RecipientSet {
  readonly #recipients = new Set<Recipient>();
  #pending: Buffer[] = [];
  #pendingEvents = 0;
  readonly #figures: DeliveryFigures;

  constructor(figures: DeliveryFigures) {
    this.#figures = figures;
  }

  get size(): number {
    return this.#recipients.size;
  }

  add(recipient: Recipient): void {
    // What is pending was replayed to it already.
    this.flush();
    this.#recipients.add(recipient);
  }

  delete(recipient: Recipient): void {
    this.#recipients.delete(recipient);
  }

  [Symbol.iterator](): IterableIterator<Recipient> {
    return this.#recipients.values();
  }

  send(frame: Buffer, events = 1): void {
    if (this.#recipients.size === 0) return;
    this.#pendingEvents += events;
    if (this.#pending.push(frame) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = this.#pending.length === 1 ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#figures.deliveries += this.#pendingEvents * this.#recipients.size;
    this.#figures.bytes += bytes.byteLength * this.#recipients.size;
    this.#pending = [];
    this.#pendingEvents = 0;
    this.write(bytes);
  }

  write(bytes: Buffer): void {
    for (const recipient of this.#recipients) {
      recipient.write(bytes);
      if (recipient.buffered <= BUFFER_LIMIT) continue;
      this.#figures.cut++;
      this.#recipients.delete(recipient);
      recipient.cut();
    }
  }
}

export interface DeliveryFigures {
  /** Events written, counted once for each recipient. */
  deliveries: number;
  bytes: number;
  /** Recipients that did not take what was sent. */
  cut: number;
}
