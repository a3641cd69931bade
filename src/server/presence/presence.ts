import type { Clock } from '../../core/clock.ts';
import type { Documents } from '../documents/documents.ts';
import type { Data } from '../log/change.ts';
import type { Updates } from '../updates/updates.ts';
import type { PresenceBus } from './bus.ts';
import type { Intents } from './intents.ts';
import type { Leases } from './leases.ts';

/** Intents within this time, ms, are sent to other processes in one message. */
const GATHER_MS = 20;
/** Interval of messages about open streams to other processes. Three of them may be lost before a lease ends. */
const RENEW_MS = 4000;

export interface PresenceOptions {
  readonly documents: Documents;
  readonly updates: Updates;
  readonly intents: Intents;
  readonly leases: Leases;
  readonly bus: PresenceBus;
  readonly clock: Clock;
}

/** Keeps presence the same in all processes: what people do, and whose streams are open. */
export class Presence {
  readonly #options: PresenceOptions;
  /** Room -> path -> intent to send. */
  readonly #outgoing = new Map<string, Map<string, Data>>();
  #cancelSend: (() => void) | undefined;
  #cancelRenew: () => void;

  constructor(options: PresenceOptions) {
    this.#options = options;
    const { bus, clock, intents, leases } = options;
    bus.listen(message => {
      for (const { path, data } of message.intents ?? []) intents.set(message.room, path, data);
      if (message.renewed) leases.renew(message.room, message.renewed);
      if (message.asks) this.#answer();
    });
    const renew = () => {
      this.#renew();
      this.#cancelRenew = clock.after(RENEW_MS, renew);
    };
    this.#cancelRenew = clock.after(RENEW_MS, renew);
    bus.send({ room: '', asks: true });
  }

  /** Reports what an avatar does now, to readers of this process and to other processes. */
  tell(room: string, path: string, data: Data): void {
    this.#options.intents.set(room, path, data);
    let paths = this.#outgoing.get(room);
    if (!paths) this.#outgoing.set(room, (paths = new Map()));
    paths.set(path, data);
    this.#cancelSend ??= this.#options.clock.after(GATHER_MS, () => this.#send());
  }

  #send(): void {
    this.#cancelSend = undefined;
    for (const [room, paths] of this.#outgoing) {
      this.#options.bus.send({ room, intents: [...paths].map(([path, data]) => ({ path, data })) });
    }
    this.#outgoing.clear();
  }

  #renew(): void {
    const { documents, updates, bus } = this.#options;
    for (const room of documents.nodes('room')) {
      const renewed = [...new Set(updates.users(room))];
      if (renewed.length > 0) bus.send({ room, renewed });
    }
  }

  #answer(): void {
    for (const { room, path, data } of this.#options.intents.entries())
      this.#options.bus.send({ room, intents: [{ path, data }] });
    this.#renew();
  }

  close(): void {
    this.#cancelSend?.();
    this.#cancelRenew();
    this.#options.bus.close();
  }
}
