import { randomUUID } from 'node:crypto';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import * as v from 'valibot';
import type { PresenceBus, PresenceMessage } from './bus.ts';

const messageSchema = v.object({
  from: v.string(),
  room: v.string(),
  intents: v.optional(v.array(v.object({ path: v.string(), data: v.record(v.string(), v.any()) }))),
  renewed: v.optional(v.array(v.string())),
  asks: v.optional(v.boolean()),
});

/** Sends presence over core NATS: at most once, in memory, never stored. */
export class NatsBus implements PresenceBus {
  readonly #connection: NatsConnection;
  readonly #subject: string;
  readonly #from = randomUUID();
  #subscription: Subscription | undefined;

  constructor(connection: NatsConnection, subject: string) {
    this.#connection = connection;
    this.#subject = subject;
  }

  send(message: PresenceMessage): void {
    if (!this.#connection.isClosed()) this.#connection.publish(this.#subject, JSON.stringify({ from: this.#from, ...message }));
  }

  listen(listener: (message: PresenceMessage) => void): void {
    const callback = (_error: Error | null, received: { json(): unknown }) => {
      const checked = v.safeParse(messageSchema, read(received));
      if (checked.success && checked.output.from !== this.#from) listener(checked.output as PresenceMessage);
    };
    this.#subscription = this.#connection.subscribe(this.#subject, { callback });
  }

  close(): void {
    this.#subscription?.unsubscribe();
  }
}

function read(message: { json(): unknown }): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
