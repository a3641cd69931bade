/** An open update stream. */
export interface Recipient {
  /** The user of the stream; undefined for an anonymous watcher. */
  readonly user: string | undefined;
  /** Writes bytes that it must not change. */
  write(bytes: Buffer): void;
  /** Bytes written that the client has not read yet. */
  readonly buffered: number;
  /** Ends it at once. */
  cut(): void;
}

/** A recipient with more unread bytes than this is cut. It reconnects and resumes by its position. */
export const BUFFER_LIMIT = 256 << 10;

/** The recipients of one queue. Events of one turn of the event loop are sent as one buffer, the same for all. */
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
    // Pending events were already replayed to it.
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
  /** Number of events written, counted for each recipient. */
  deliveries: number;
  bytes: number;
  /** Number of recipients cut because they did not read. */
  cut: number;
}
