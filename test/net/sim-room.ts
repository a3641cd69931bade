import { type Random, seededRandom } from '../../src/core/random.ts';
import { CRITICAL, CRITICAL_VISIBLE, DOCUMENT, HIGH } from '../../src/net/queue/priority.ts';
import type { QueueOptions } from '../../src/net/queue/queue-options.ts';
import { BASE, type Setup, setup } from './setup.ts';
import { SimClock } from './sim-clock.ts';
import { SimNetwork, type SimOptions } from './sim-network.ts';

export interface Resource {
  readonly url: string;
  readonly bytes: number;
  readonly class: number;
  readonly utility: number;
}

/** The simulated HTTP/1.1 has no TLS. */
const baseOf = ({ protocol }: Profile): string => (protocol === 'h2' ? BASE : BASE.replace('https:', 'http:'));
const documentOf = (profile: Profile): string => new URL('document', baseOf(profile)).href;

/** A room of 330 files and about 38 MB, 6 MB of them critical, or a part of that. */
export function simRoom(seed: number, scale = 1, base = BASE): Resource[] {
  const random = seededRandom(seed);
  const make = (n: number, from: number, to: number, kind: number): Resource[] =>
    Array.from({ length: Math.round(n * scale) }, (_, i) => ({
      url: new URL(`${kind}-${i}`, base).href,
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

/** A simulated server with the room's document and resources. */
function simServer(seed: number, resources: readonly Resource[], profile: Profile, faults: number): Partial<SimOptions> {
  const { mbit, roundTrip, protocol, honoursPriority } = profile;
  const sizes = new Map([[documentOf(profile), DOCUMENT_BYTES], ...resources.map(r => [r.url, r.bytes] as const)]);
  const blank = new Uint8Array(1_000_000);
  const random = seededRandom(seed + 1);
  return {
    bandwidth: mbit * 125_000,
    roundTrip,
    quantum: 24 * 1024,
    protocol,
    honoursPriority,
    etag: '"1"',
    content: url => blank.subarray(0, sizes.get(url) ?? 0),
    fault: () => (random() < faults ? { cutAfter: Math.floor(random() * 20_000) } : undefined),
  };
}

/** Loads a seeded room over a simulated link in virtual time: its document, then all that it names. */
export async function openSimRoom(
  seed: number,
  scale: number,
  profile: Profile,
  { faults = 0, options = {}, watch }: { faults?: number; options?: Partial<QueueOptions>; watch?(made: Setup): void } = {},
): Promise<Outcome> {
  const base = baseOf(profile);
  const resources = simRoom(seed, scale, base);
  const made = setup({}, simServer(seed, resources, profile, faults), { base, ...options });
  const { clock, queue, network } = made;
  watch?.(made);
  const progress = new Progress(clock, resources);
  const document = queue.load({ url: documentOf(profile), bytes: DOCUMENT_BYTES, priority: { class: DOCUMENT, utility: 1 } });
  document.done.then(() => {
    for (const r of resources) {
      const { done } = queue.load({ url: r.url, bytes: r.bytes, priority: { class: r.class, utility: r.utility } });
      done.then(
        () => progress.arrived(r),
        () => {},
      );
    }
  });
  await clock.run();
  const total = resources.reduce((s, r) => s + r.bytes, DOCUMENT_BYTES);
  return { ...progress.over(profile), wasted: network.sent / total - 1 };
}

/** The same for a loader with so many slots that asks in the order it is given, over the same link. */
export async function openWithSlots(seed: number, slots: number, byClass: boolean, profile: Profile): Promise<Outcome> {
  const resources = simRoom(seed, 1, baseOf(profile));
  const clock = new SimClock();
  const network = new SimNetwork(clock, simServer(seed, resources, profile, 0) as SimOptions);
  const progress = new Progress(clock, resources);
  const order = shuffled(resources, seededRandom(seed + 2));
  if (byClass) order.sort((a, b) => a.class - b.class || b.utility - a.utility);
  const bring = async (url: string) => {
    const body = (await network.fetch(url, { signal: new AbortController().signal })).body?.getReader();
    while (body && !(await body.read()).done);
  };
  const work = async () => {
    for (let r = order.shift(); r; r = order.shift()) {
      await bring(r.url);
      progress.arrived(r);
    }
  };
  bring(documentOf(profile)).then(() => Array.from({ length: slots }, work));
  await clock.run();
  return { ...progress.over(profile), wasted: 0 };
}

class Progress {
  readonly #clock: SimClock;
  readonly #resources: readonly Resource[];
  readonly #missing: Set<Resource>;
  #critical: number;
  #interactiveAt = Number.NaN;
  #completeAt = Number.NaN;

  constructor(clock: SimClock, resources: readonly Resource[]) {
    this.#clock = clock;
    this.#resources = resources;
    this.#missing = new Set(resources);
    this.#critical = resources.filter(r => r.class < HIGH).length;
  }

  arrived(resource: Resource): void {
    if (!this.#missing.delete(resource)) throw new Error(`${resource.url} came twice`);
    if (resource.class < HIGH && --this.#critical === 0) this.#interactiveAt = this.#clock.now();
    if (this.#missing.size === 0) this.#completeAt = this.#clock.now();
  }

  over(profile: Profile): Omit<Outcome, 'wasted'> {
    return {
      interactive:
        this.#interactiveAt /
        lowerBound(
          profile,
          this.#resources.filter(r => r.class < HIGH),
        ),
      complete: this.#completeAt / lowerBound(profile, this.#resources),
      failed: this.#missing.size,
    };
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

export const profileName = ({ mbit, roundTrip, protocol, honoursPriority }: Profile): string =>
  `${mbit} Mbit/s, ${roundTrip} ms, ${protocol}${honoursPriority ? ', server honours priorities' : ''}`;
