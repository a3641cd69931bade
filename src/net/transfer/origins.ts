import { LoadError } from '../../core/errors.ts';
import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import { RoundTripEstimate, type SampleKind } from '../estimates/round-trip-estimate.ts';
import { windowOf } from '../queue/byte-window.ts';
import { HIGH } from '../queue/priority.ts';
import { FailedMirror } from './leave-failed-mirrors.ts';
import type { PathMemory } from './path-memory.ts';

const REMEMBER_MS = 1000;

/** How many URLs have their origin remembered. */
const MOST_URLS = 10_000;

/** Browsers open this many HTTP/1.1 connections to an origin. */
export const CONNECTIONS = 6;
/**
 * How many small requests, beyond the connections, wait in the browser. Otherwise a connection idles until a main thread hears of
 * it: in Chromium that took 5 to 10 % of the time to interactive at 100 Mbit/s. Useless with HTTP/2: what is handed over early is
 * chosen early, and cost as much in the simulation as it gained in the browser.
 */
const AHEAD = 2;

/** What is known of one origin (`https://cdn.example`). */
export class Origin {
  readonly name: string;
  readonly roundTrip = new RoundTripEstimate();
  /** ALPN name by `nextHopProtocol`: `http/1.1`, `h2`, `h3`. Undefined before the first answer, or where the origin hides it. */
  protocol: string | undefined;
  /** It has answered: there is a connection to it. */
  connected = false;
  /** It has not been seen to send everything where the rest was requested: an aborted transfer can resume later. */
  ranges = true;
  /** It has redirected us to another origin. */
  redirects = false;
  /** It has sent a web page in place of a file, past all caches: it does so for each file that is not there. */
  sendsPages = false;
  #answering = 0;
  #multiplexed = false;
  /** Transfers that hold a slot. */
  active = 0;
  /** Connections that somebody else keeps open. */
  reserved = 0;
  /**
   * How long recent answers leave the link idle while page and server handle their requests, ms. Negative: not at all, with that
   * much to spare. `admit` keeps it.
   */
  idleMs = 0;
  /** When its last byte arrived, ms of the queue's clock. */
  lastByteAt = Number.NEGATIVE_INFINITY;
  readonly #failures = new FailedMirror();

  constructor(name: string) {
    this.name = name;
  }

  /**
   * How many transfers run at a time.
   *
   * HTTP/1.1: browsers open six connections and order the rest themselves. HTTP/2 and 3: servers allow 100 streams or more.
   * Unknown over TLS is most likely HTTP/2 without Timing-Allow-Origin, and proved to be where more than six answers arrived at a
   * time.
   */
  get slots(): number {
    if (this.protocol === 'h2' || this.protocol === 'h3' || this.#multiplexed) return 100;
    if (this.protocol === undefined && this.name.startsWith('https:')) return 24;
    return Math.max(1, CONNECTIONS - this.reserved);
  }

  /** Whether a connection takes one request at a time (HTTP/1.1). Each then idles for a round trip between two answers. */
  get oneAtATime(): boolean {
    return this.slots <= CONNECTIONS;
  }

  /** What the wait for its first answer measures. HTTP/3 connects in one round trip. */
  get firstSample(): SampleKind {
    return this.name.startsWith('https:') && this.protocol !== 'h3' ? 'securing' : 'connecting';
  }

  /** How many more transfers of a class may start. Those beyond the connections wait in the browser. */
  free(priorityClass: number): number {
    return this.slots + (this.oneAtATime && priorityClass < HIGH ? AHEAD : 0) - this.active;
  }

  /** Bytes that should be in flight, of a class and the more urgent ones. */
  window(bandwidth: BandwidthEstimate, priorityClass: number): number {
    return windowOf(bandwidth, this.roundTrip, priorityClass);
  }

  /** Whether it is good for work: it did not fail recently, or it is time for one probe. */
  good(now: number): boolean {
    return this.#failures.good(now);
  }

  /** When it will be requested again. */
  get leftUntil(): number {
    return this.#failures.leftUntil;
  }

  started(): void {
    this.active++;
    this.#failures.started();
  }

  /** Notes that the headers of an answer arrived. @returns what to call when its transfer ends. */
  answers(): () => void {
    this.connected = true;
    if (++this.#answering > CONNECTIONS) this.#multiplexed = this.protocol === undefined;
    return () => this.#answering--;
  }

  ended(): void {
    this.active--;
    this.#failures.ended();
  }

  worked(): void {
    this.#failures.worked();
  }

  failed(now: number): void {
    this.#failures.failed(now);
  }
}

/** All origins met so far. */
export class Origins {
  readonly #base: string | undefined;
  readonly #memory: PathMemory | undefined;
  readonly #bandwidth: BandwidthEstimate | undefined;
  #rememberedAt = Number.NEGATIVE_INFINITY;
  readonly #byName = new Map<string, Origin>();
  /** Parsing a URL costs a microsecond, and the queue asks for each waiting URL whenever bytes arrive. */
  readonly #byUrl = new Map<string, Origin>();

  /**
   * @param base - URL that relative ones are resolved against: the page's.
   * @param memory - what former visits measured. `bandwidth` takes it up too.
   */
  constructor(base: string | undefined, memory?: PathMemory, bandwidth?: BandwidthEstimate) {
    this.#base = base;
    this.#memory = memory;
    this.#bandwidth = bandwidth;
  }

  /** @throws TypeError for an invalid URL. */
  of(url: string): Origin {
    const known = this.#byUrl.get(url);
    if (known) return known;
    const name = originName(url, this.#base);
    let origin = this.#byName.get(name);
    if (!origin) this.#byName.set(name, (origin = this.#meet(name)));
    if (this.#byUrl.size >= MOST_URLS) this.#byUrl.clear();
    this.#byUrl.set(url, origin);
    return origin;
  }

  /** @throws LoadError for an invalid URL, and for one with a name and a password, which `fetch` refuses. */
  check(urls: readonly string[]): void {
    for (const url of urls) {
      try {
        this.of(url);
      } catch (cause) {
        throw new LoadError('not a URL', { url, cause });
      }
      const { username, password, host, pathname } = new URL(url, this.#base);
      // Not quoted: errors end up in logs.
      if (username !== '' || password !== '')
        throw new LoadError('browsers load no URL that holds a name and a password', { url: `//***@${host}${pathname}` });
    }
  }

  #meet(name: string): Origin {
    const origin = new Origin(name);
    const path = this.#memory?.recall(name);
    if (path) {
      origin.protocol = path.protocol;
      origin.roundTrip.assume(path.roundTripMs);
      this.#bandwidth?.assume(path.bandwidth);
    }
    return origin;
  }

  /** Stores what is known by now for the next visit, at most once a second unless `last`. */
  remember(now: number, last: boolean): void {
    const bandwidth = this.#bandwidth?.value;
    if (!this.#memory || bandwidth === undefined || (!last && now - this.#rememberedAt < REMEMBER_MS)) return;
    this.#rememberedAt = now;
    for (const { name, roundTrip, protocol } of this.#byName.values())
      if (roundTrip.exact && roundTrip.value !== undefined)
        this.#memory.keep(name, { bandwidth, roundTripMs: roundTrip.value, protocol });
  }

  /** All origins met so far. */
  all(): IterableIterator<Origin> {
    return this.#byName.values();
  }

  /**
   * Whether it has never answered, while another has: the network works, but this origin is unreachable or allows no page of ours
   * to read.
   */
  isMute(origin: Origin): boolean {
    return !origin.connected && [...this.#byName.values()].some(other => other.connected);
  }

  /** Whether it is the page's own origin. */
  isOwn(origin: Origin): boolean {
    return this.#base !== undefined && originName(this.#base, undefined) === origin.name;
  }

  /**
   * Returns the first URL whose origin is good for work. Where all are left alone, returns the one left first: a room survives
   * while one mirror does, and a lone origin is always requested. Where connections are scarce (HTTP/1.1) and all of the origin's
   * are taken, a mirror with a free one serves: it has its own pool.
   *
   * @param urls - at least one. Earlier ones are preferred.
   */
  pick(urls: readonly string[], now: number): string {
    if (urls.length === 1) return urls[0];
    let best = urls[0];
    let soonest = Number.POSITIVE_INFINITY;
    let full: string | undefined;
    for (const url of urls) {
      const origin = this.of(url);
      if (origin.good(now)) {
        if (!origin.oneAtATime || origin.active < origin.slots) return url;
        full ??= url;
      } else if (origin.leftUntil < soonest) [best, soonest] = [url, origin.leftUntil];
    }
    return full ?? best;
  }
}

function originName(url: string, base: string | undefined): string {
  const parsed = new URL(url, base);
  // blob: and data: have the opaque origin 'null'. The scheme tells them apart.
  return parsed.origin === 'null' ? parsed.protocol : parsed.origin;
}
