import { seededRandom } from '../../src/core/random.ts';
import type { QueueOptions } from '../../src/net/download-queue.ts';
import { CRITICAL, CRITICAL_VISIBLE, DOCUMENT, HIGH } from '../../src/net/priority.ts';
import { BASE, outcome, type Setup, setup } from './setup.ts';

export interface Resource {
  readonly url: string;
  readonly bytes: number;
  readonly class: number;
  readonly utility: number;
}

/** A room of 330 files and about 38 MB, 6 MB of them critical, or a part of that. */
export function simRoom(seed: number, scale = 1): Resource[] {
  const random = seededRandom(seed);
  const make = (n: number, from: number, to: number, kind: number): Resource[] =>
    Array.from({ length: Math.round(n * scale) }, (_, i) => ({
      url: new URL(`${kind}-${i}`, BASE).href,
      bytes: Math.round(from * (to / from) ** random()),
      class: kind,
      utility: random(),
    }));
  return [
    ...make(60, 4_000, 90_000, CRITICAL_VISIBLE),
    ...make(145, 4_000, 90_000, CRITICAL),
    ...make(125, 60_000, 700_000, HIGH),
  ];
}

export interface Profile {
  readonly mbit: number;
  readonly roundTrip: number;
  readonly protocol: 'h2' | 'http/1.1';
  /** The server sends by `Priority: u=`; else all streams in turn. */
  readonly honoursPriority: boolean;
}

export interface Outcome {
  /** Time to interactive and to full quality / their lower bounds. */
  readonly interactive: number;
  readonly complete: number;
  /** Bytes that the server sent beyond those of the room / those of the room. */
  readonly wasted: number;
  readonly failed: number;
}

const DOCUMENT_BYTES = 120_000;
const CONNECTIONS = 6;

/**
 * The least that any loader can take, ms: to connect (TCP and TLS: 2 round trips; plain TCP: 1), the hops to the document and
 * from there to the resources, and the bytes. On HTTP/1.1 also: six connections, each of which spends a round trip a request
 * on top of the bytes that it brings.
 */
export function lowerBound({ mbit, roundTrip, protocol }: Profile, resources: readonly Resource[]): number {
  const ms = (bytes: number) => (bytes / (mbit * 125_000)) * 1000;
  const bytes = resources.reduce((sum, r) => sum + r.bytes, 0);
  const document = roundTrip + ms(DOCUMENT_BYTES);
  if (protocol === 'h2') return 2 * roundTrip + document + roundTrip + ms(bytes);
  // Five of the six connections must be made before they are of use.
  const busy = (resources.length * roundTrip + ms(bytes) + (CONNECTIONS - 1) * roundTrip) / CONNECTIONS;
  return roundTrip + document + Math.max(roundTrip + ms(bytes), busy);
}

/** Loads a seeded room over a simulated link in virtual time: its document, then all that it names. */
export async function openSimRoom(
  seed: number,
  scale: number,
  profile: Profile,
  { faults = 0, options = {}, watch }: { faults?: number; options?: Partial<QueueOptions>; watch?(made: Setup): void } = {},
): Promise<Outcome> {
  const { mbit, roundTrip, protocol, honoursPriority } = profile;
  const resources = simRoom(seed, scale);
  const documentUrl = new URL('document', BASE).href;
  const sizes = new Map([[documentUrl, DOCUMENT_BYTES], ...resources.map(r => [r.url, r.bytes] as const)]);
  const blank = new Uint8Array(1_000_000);
  const random = seededRandom(seed + 1);
  const made = setup(
    {},
    {
      bandwidth: mbit * 125_000,
      roundTrip,
      quantum: 24 * 1024,
      protocol,
      honoursPriority,
      etag: '"1"',
      content: url => blank.subarray(0, sizes.get(url) ?? 0),
      fault: () => (random() < faults ? { cutAfter: Math.floor(random() * 20_000) } : undefined),
    },
    options,
  );
  const { clock, queue, network } = made;
  watch?.(made);
  let interactiveAt = 0;
  const document = queue.load({ url: documentUrl, bytes: DOCUMENT_BYTES, priority: { class: DOCUMENT, utility: 1 } });
  const outcomes = document.done.then(() =>
    resources.map(r => {
      const done = queue.load({ url: r.url, bytes: r.bytes, priority: { class: r.class, utility: r.utility } }).done;
      return { r, outcome: outcome(done), done };
    }),
  );
  const interactive = outcomes
    .then(all => Promise.all(all.filter(a => a.r.class < HIGH).map(a => a.done)))
    .then(() => (interactiveAt = clock.now()))
    .catch(() => {});
  await clock.run();
  await interactive;
  const all = await outcomes;
  const total = resources.reduce((s, r) => s + r.bytes, DOCUMENT_BYTES);
  return {
    interactive:
      interactiveAt /
      lowerBound(
        profile,
        resources.filter(r => r.class < HIGH),
      ),
    complete: clock.now() / lowerBound(profile, resources),
    wasted: network.sent / total - 1,
    failed: all.filter(a => a.outcome.state !== 'resolved').length,
  };
}

export const profileName = ({ mbit, roundTrip, protocol, honoursPriority }: Profile): string =>
  `${mbit} Mbit/s, ${roundTrip} ms, ${protocol}${honoursPriority ? ', server honours priorities' : ''}`;
