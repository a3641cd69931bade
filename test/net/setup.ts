import { createHash } from 'node:crypto';
import { seededRandom } from '../../src/core/random.ts';
import { DownloadQueue } from '../../src/net/queue/download-queue.ts';
import type { QueueOptions } from '../../src/net/queue/queue-options.ts';
import type { Connectivity } from '../../src/net/transfer/connectivity.ts';
import { SimClock } from './sim-clock.ts';
import { SimNetwork, type SimOptions } from './sim-network.ts';

export const BASE = 'https://room.example/lounge/room.json';

/** Bytes that depend on their name and are never all alike. */
export function contentOf(url: string, length: number): Uint8Array<ArrayBuffer> {
  let seed = 2166136261;
  for (const c of url) seed = Math.imul(seed ^ c.charCodeAt(0), 16777619);
  const random = seededRandom(seed);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Math.floor(random() * 256);
  return bytes;
}

/** SHA-256 without leaving the event loop turn, as virtual time needs it. */
export const hashNow = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Setup {
  readonly clock: SimClock;
  readonly network: SimNetwork;
  readonly queue: DownloadQueue;
}

/** A queue on a simulated network that serves `files`. 1 MB/s, 100 ms, HTTP/2 unless told otherwise. */
export function setup(
  files: Record<string, Uint8Array>,
  network: Partial<SimOptions> = {},
  options: Partial<QueueOptions> = {},
): Setup {
  const clock = new SimClock();
  const sim = new SimNetwork(clock, {
    bandwidth: 1e6,
    roundTrip: 100,
    protocol: 'h2',
    content: url => files[url],
    ...network,
  });
  const protocol = network.protocol ?? 'h2';
  const base = options.base ?? BASE;
  const queue = new DownloadQueue({
    fetch: sim.fetch,
    clock,
    random: seededRandom(1),
    hash: async bytes => hashNow(bytes),
    connectivity: fakeConnectivity(),
    timings: listener => {
      listener({ url: base, protocol, roundTripMs: undefined });
      return () => {};
    },
    base,
    ...options,
  });
  return { clock, network: sim, queue };
}

export interface FakeConnectivity extends Connectivity {
  online: boolean;
  comeBack(): void;
}

export function fakeConnectivity(): FakeConnectivity {
  const listeners = new Set<() => void>();
  return {
    online: true,
    onOnline(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    comeBack() {
      this.online = true;
      for (const listener of listeners) listener();
    },
  };
}

/** How a promise stands: for tests that must see that it does not settle yet. */
export function outcome<T>(promise: Promise<T>): {
  state: 'pending' | 'resolved' | 'rejected';
  value?: T;
  reason?: unknown;
  times: number;
} {
  const result: ReturnType<typeof outcome<T>> = { state: 'pending', times: 0 };
  promise.then(
    value => Object.assign(result, { state: 'resolved', value, times: result.times + 1 }),
    reason => Object.assign(result, { state: 'rejected', reason, times: result.times + 1 }),
  );
  return result;
}
