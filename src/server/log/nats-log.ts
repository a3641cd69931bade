import {
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Change } from './change.ts';
import { type LogEntry, LogUnavailable, RevisionConflict, type RoomLog } from './room-log.ts';

export interface NatsLogOptions {
  readonly connection: NatsConnection;
  /** Name of the stream. It is created if it does not exist. */
  readonly stream?: string;
  /** Copies of each entry, on as many servers: 1, 3 or 5. */
  readonly replicas?: number;
}

/** An append without an answer within this time counts as failed. */
const ANSWER_MS = 2000;
const RETRY_MS = 200;

/**
 * The log in one JetStream stream. An aggregate is a subject, its revision the sequence of the subject's last message, and
 * the stream's sequence is the position. Any number of processes append and follow.
 */
export class NatsLog implements RoomLog {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #stream: string;
  readonly #subjects: string;
  readonly #closed = new AbortController();
  /** Ends what waits on a lost connection. Followers begin again. */
  #lost = new AbortController();
  trouble: string | undefined;

  private constructor(connection: NatsConnection, manager: JetStreamManager, stream: string) {
    this.#connection = connection;
    this.#manager = manager;
    this.#client = jetstream(connection, { timeout: ANSWER_MS });
    this.#stream = stream;
    this.#subjects = `${stream}.`;
    void this.#watch();
  }

  /** @throws LogUnavailable if the server has no JetStream or cannot be reached. */
  static async open({ connection, stream = 'FOYER', replicas = 1 }: NatsLogOptions): Promise<NatsLog> {
    try {
      const manager = await jetstreamManager(connection, { timeout: 5000 });
      const config = {
        name: stream,
        subjects: [`${stream}.>`],
        storage: StorageType.File,
        num_replicas: replicas,
        deny_delete: true,
      };
      await manager.streams.info(stream).catch(() => manager.streams.add(config));
      return new NatsLog(connection, manager, stream);
    } catch (cause) {
      throw new LogUnavailable(`NATS JetStream: ${(cause as Error).message}`, { cause });
    }
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') this.trouble = 'the connection to NATS is lost';
      if (type !== 'reconnect') continue;
      this.trouble = undefined;
      this.#lost.abort();
      this.#lost = new AbortController();
    }
  }

  async append(aggregate: string, expectedRevision: number, change: Change): Promise<number> {
    // The client would keep the message and send it after a reconnect, when nobody waits for it any more.
    if (this.trouble !== undefined) throw new LogUnavailable(this.trouble);
    try {
      const expect = { lastSubjectSequence: expectedRevision, streamName: this.#stream };
      const { seq } = await this.#client.publish(this.#subject(aggregate), JSON.stringify(change), {
        expect,
        timeout: ANSWER_MS,
      });
      return seq;
    } catch (cause) {
      if (cause instanceof JetStreamApiError && conflicts.includes(cause.code))
        throw new RevisionConflict(aggregate, expectedRevision);
      throw new LogUnavailable(`NATS JetStream: ${(cause as Error).message}`, { cause });
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[], void, undefined> {
    while (!signal.aborted && !this.#closed.signal.aborted) {
      try {
        for await (const batch of this.#consume(after, signal)) {
          yield batch;
          after = batch[batch.length - 1].position;
        }
      } catch {
        // The server is away, or no longer knows the consumer. Another consumer continues at the same position.
        await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async *#consume(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[], void, undefined> {
    const consumer = await this.#client.consumers.get(this.#stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
    });
    const messages = await consumer.consume({ max_messages: 2000, expires: 30_000, idle_heartbeat: 1000 });
    const ended = AbortSignal.any([signal, this.#closed.signal, this.#lost.signal]);
    const stop = () => messages.stop();
    ended.addEventListener('abort', stop, { once: true });
    try {
      let batch: LogEntry[] = [];
      for await (const message of messages) {
        if (ended.aborted) return;
        if (message.seq <= after) continue;
        batch.push({ position: message.seq, aggregate: this.#aggregate(message.subject), change: message.json() });
        // Entries that have arrived together are handled together.
        if (messages.getReceived() > messages.getProcessed() && batch.length < 1000) continue;
        yield batch;
        batch = [];
      }
    } finally {
      ended.removeEventListener('abort', stop);
      messages.stop();
    }
  }

  #subject(aggregate: string): string {
    return this.#subjects + aggregate.replace('/', '.');
  }

  #aggregate(subject: string): string {
    return subject.slice(this.#subjects.length).replace('.', '/');
  }

  async last(): Promise<number> {
    try {
      return (await this.#manager.streams.info(this.#stream)).state.last_seq;
    } catch (cause) {
      throw new LogUnavailable(`NATS JetStream: ${(cause as Error).message}`, { cause });
    }
  }

  /** The connection stays open. The code that opened it closes it. */
  async close(): Promise<void> {
    this.#closed.abort();
  }
}

const conflicts: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
];
