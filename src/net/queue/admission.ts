import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import type { Origin, Origins } from '../transfer/origins.ts';
import { isHung } from '../transfer/silent-rounds.ts';
import { FIRST_BANDWIDTH, pathBytes } from './byte-window.ts';
import type { Job } from './job.ts';
import { CRITICAL, CRITICAL_VISIBLE, DOCUMENT, HIGH, LAST_CLASS } from './priority.ts';
import type { Ranked } from './waiting-list.ts';

export interface Admitted {
  readonly job: Job;
  /** The URL of the job that is requested. */
  readonly url: string;
  readonly origin: Origin;
}

export interface Admission {
  readonly admitted: readonly Admitted[];
  /** The most urgent job that waits only because all slots of its origin are taken. */
  readonly blocked: Admitted | undefined;
}

export interface AdmissionInput {
  /** Waiting jobs, the most urgent first. */
  readonly ranked: readonly Ranked<Job>[];
  /** Running jobs. */
  readonly active: Iterable<Job>;
  readonly origins: Origins;
  readonly bandwidth: BandwidthEstimate;
  /** Milliseconds. */
  readonly now: number;
}

/** How many jobs of a class, each with a free slot, are compared: more than can start at once. */
const LOOK_AHEAD = 256;
/** Bytes in flight as a multiple of what the path holds. Above 1, so that uneven answers do not leave it idle. */
const FULL = 1.5;
/**
 * Milliseconds until a busy page notices the end of an answer, requests the next, and it arrives. A near server is hardly faster.
 */
const NOTICED_MS = 40;
/**
 * Milliseconds that a request costs page, browser and server together, however small its answer: 0.5 to 1 on two cores.
 * Answers smaller than what the link delivers meanwhile leave it idle, so large ones must come in between.
 */
const REQUEST_MS = 1;
/** One large answer makes up for this many small ones at most: small ones come in small groups. */
const SMALL_IN_TURN = 8;
/** Where documents take all slots for longer than this (ms), critical resources get a part of the slots. */
const PATIENCE_MS = 2000;
const DOCUMENTS_SHARE = 3 / 4;
/**
 * What the camera does not see waits while more of what it sees is in flight than this multiple of what the path holds, and more than
 * arrives until a busy page notices the end of an answer.
 */
const UNSEEN_BEHIND = 2;
/** A remainder below this part of what the path holds does not delay high textures. */
const NEGLIGIBLE = 1 / 8;

/**
 * Returns what may start now, by class, within window and slots. Takes the slots (`origin.started()`).
 *
 * Only bytes at least as urgent count against the window, so a late urgent request overtakes all others.
 * Within a class, jobs start in order of utility per byte, unless that would leave the path empty. A slot delivers at most one
 * resource a round trip. Where slots are scarce (HTTP/1.1, or a long fast path), small jobs run beside large ones, see `choose`.
 */
export function admit({ ranked, active, origins, bandwidth, now }: AdmissionInput): Admission {
  const inflight = inFlight(active, origins, now);
  const admitted: Admitted[] = [];
  let blocked: Admitted | undefined;
  let end = 0;
  for (let at = 0; at < ranked.length; at = end) {
    const of = ranked[at].class;
    while (end < ranked.length && ranked[end].class === of) end++;
    inflight.shared = of === DOCUMENT && starves(ranked[end], now);
    // What stops this class everywhere also stops the classes after it: they count the same bytes in flight.
    if (!anyRoom(origins, of, inflight, bandwidth)) {
      if (inflight.shared) continue;
      blocked ??= firstWithoutSlot(ranked, at, end, origins, now);
      break;
    }
    const candidates: Admitted[] = [];
    let bytes = 0;
    for (let i = at; i < end && candidates.length < LOOK_AHEAD; i++) {
      const found = candidate(ranked[i].entry, origins, now);
      if (free(found.origin, of, inflight) > 0) {
        candidates.push(found);
        bytes += found.job.cost;
      } else if (!inflight.shared) blocked ??= found;
    }
    for (;;) {
      const chosen = choose(candidates, bytes / candidates.length, of, inflight, bandwidth);
      if (chosen < 0) break;
      const [start] = candidates.splice(chosen, 1);
      const { job, origin } = start;
      origin.started();
      paced(origin, job.cost, bandwidth);
      bytes -= job.cost;
      count(inflight, of, job.cost, origin, now);
      admitted.push(start);
      // Other jobs may do better with a mirror now.
      if (origin.active >= origin.slots || !origin.good(now)) pickAgain(candidates, origin, origins, now);
    }
    if (!inflight.shared) blocked ??= candidates.find(({ origin }) => origin.active >= origin.slots);
  }
  return { admitted, blocked };
}

/** Accounts for requests and the bytes that they deliver. */
function paced(origin: Origin, cost: number, bandwidth: BandwidthEstimate): void {
  const idleMs = origin.idleMs + REQUEST_MS - (cost * 1000) / (bandwidth.valueOrAssumed ?? FIRST_BANDWIDTH);
  origin.idleMs = Math.min(REQUEST_MS, Math.max(-SMALL_IN_TURN * REQUEST_MS, idleMs));
}

function candidate(job: Job, origins: Origins, now: number): Admitted {
  const url = origins.pick(job.urls, now);
  return { job, url, origin: origins.of(url) };
}

function pickAgain(candidates: Admitted[], left: Origin, origins: Origins, now: number): void {
  candidates.forEach(({ job, origin }, i) => {
    if (origin === left && job.urls.length > 1) candidates[i] = candidate(job, origins, now);
  });
}

function anyRoom(origins: Origins, priorityClass: number, inflight: InFlight, bandwidth: BandwidthEstimate): boolean {
  for (const origin of origins.all())
    if (free(origin, priorityClass, inflight) > 0 && room(origin, priorityClass, inflight, bandwidth) > 0) return true;
  return false;
}

function firstWithoutSlot(
  ranked: readonly Ranked<Job>[],
  from: number,
  to: number,
  origins: Origins,
  now: number,
): Admitted | undefined {
  let anyFull = false;
  for (const origin of origins.all()) anyFull ||= origin.active >= origin.slots;
  for (let i = from; anyFull && i < to; i++) {
    const found = candidate(ranked[i].entry, origins, now);
    if (found.origin.active >= found.origin.slots) return found;
  }
  return undefined;
}

/**
 * Returns the next job of a class to start, or -1 where none may.
 *
 * That is the first in order, or the largest where running transfers do not carry their share of what fills the path.
 * Large transfers keep the path full, and small ones free their slots soon. The share is at most the mean of the waiting jobs:
 * where even that does not fill the path, slots are the limit, and starting all large jobs first would leave all small ones,
 * on an empty path, for the end. Many small jobs in a row also leave the path empty while page and server handle them.
 * Large ones in between keep it full (100 Mbit/s x 20 ms, HTTP/2: interactive after 595 ms, not 614).
 * Where there are enough slots, high textures simply come best first.
 */
function choose(
  candidates: readonly Admitted[],
  mean: number,
  priorityClass: number,
  inflight: InFlight,
  bandwidth: BandwidthEstimate,
): number {
  let largest = -1;
  let asked: Origin | undefined;
  let open = false;
  let lacking = false;
  for (let i = 0; i < candidates.length; i++) {
    const { job, origin } = candidates[i];
    if (origin !== asked) {
      asked = origin;
      const { slots, active, oneAtATime } = origin;
      open = free(origin, priorityClass, inflight) > 0 && room(origin, priorityClass, inflight, bandwidth) > 0;
      const full = FULL * pathBytes(bandwidth, origin.roundTrip) || origin.window(bandwidth, priorityClass) / 2;
      const carried = Math.min(1, (active + 1) / slots) * Math.min(full, slots * mean);
      lacking = oneAtATime
        ? inflight.bytes[priorityClass] < carried
        : priorityClass < HIGH && (inflight.bytes[priorityClass] < carried || origin.idleMs > 0);
    }
    if (!open) continue;
    if (!lacking) return i;
    if (largest < 0 || job.cost > candidates[largest].job.cost) largest = i;
  }
  return largest;
}

/** Whether `next`, the most urgent job that is no document, is critical and has waited long behind documents. */
function starves(next: Ranked<Job> | undefined, now: number): boolean {
  return next !== undefined && next.class <= CRITICAL && now - next.entry.since > PATIENCE_MS;
}

/** Slots of an origin that a class may still take. */
function free(origin: Origin, priorityClass: number, { shared, documents }: InFlight): number {
  const left = origin.free(priorityClass);
  return priorityClass === DOCUMENT && shared
    ? Math.min(left, Math.floor(origin.slots * DOCUMENTS_SHARE) - (documents.get(origin) ?? 0))
    : left;
}

/** Bytes of a class that may be added to those in flight to an origin. Above 0 where one more job may start. */
function room(origin: Origin, priorityClass: number, inflight: InFlight, bandwidth: BandwidthEstimate): number {
  if (priorityClass >= HIGH && inflight.bytes[CRITICAL] > sentByThen(origin, inflight, bandwidth)) return 0;
  const path = pathBytes(bandwidth, origin.roundTrip);
  const soon = ((bandwidth.valueOrAssumed ?? 0) * NOTICED_MS) / 1000;
  // What the camera does not see lets pass what it sees, but never leaves the path idle: it holds back less than high textures do.
  // Where the round trip is not measured yet (`path` is 0), nothing says how long that would be.
  if (
    priorityClass === CRITICAL &&
    !origin.oneAtATime &&
    bandwidth.value !== undefined &&
    path > 0 &&
    inflight.bytes[CRITICAL_VISIBLE] > Math.max(UNSEEN_BEHIND * path, soon)
  )
    return 0;
  const bytes = inflight.bytes[priorityClass];
  // All connections work, yet do not keep the path full until the page requests the next: small files, a long way or a fast one.
  // Only then do some jobs wait in the browser, and never behind less urgent ones: those would be preempted.
  if (
    origin.active >= origin.slots &&
    (bytes >= Math.max(soon, path) || (inflight.lowest.get(origin) ?? priorityClass) > priorityClass)
  )
    return 0;
  const left = origin.window(bandwidth, priorityClass) - bytes;
  if (left > 0) return left;
  // Connections that take one request at a time idle in between, whatever the window says. All of them work.
  return origin.oneAtATime ? Number.MIN_VALUE : 0;
}

/**
 * Bytes in flight that the server will have sent by the time a new request reaches it.
 *
 * High textures must not share the path with critical resources, but should follow right behind. A request takes half a round
 * trip to the server, and bytes sent by then need no share. They are the bytes sent in the last half round trip, and those
 * of the next, as far as the server will have received their requests.
 */
function sentByThen(origin: Origin, { now, criticalSince }: InFlight, bandwidth: BandwidthEstimate): number {
  const path = pathBytes(bandwidth, origin.roundTrip);
  const asked = (now - criticalSince) / (origin.roundTrip.bridged ?? Number.POSITIVE_INFINITY);
  return path * Math.min(1, Math.max(asked, NEGLIGIBLE));
}

interface InFlight {
  readonly now: number;
  /** When the first critical resource in flight was requested. */
  criticalSince: number;
  /** [c] = bytes of class c and of more urgent classes, but for hung transfers: those hold a slot, and not the path. */
  readonly bytes: number[];
  /** The least urgent running class of each origin. */
  readonly lowest: Map<Origin, number>;
  /** Running documents of each origin, and whether they must leave slots to others. */
  readonly documents: Map<Origin, number>;
  shared: boolean;
}

function inFlight(active: Iterable<Job>, origins: Origins, now: number): InFlight {
  const bytes = new Array<number>(LAST_CLASS + 1).fill(0);
  const inflight: InFlight = { now, criticalSince: now, bytes, lowest: new Map(), documents: new Map(), shared: false };
  for (const job of active) {
    const { priority, cost, attempt, url } = job;
    const hung = isHung(job);
    const since = hung ? now : (attempt?.startedAt ?? now);
    count(inflight, priority.class, hung ? 0 : cost, attempt?.origin ?? origins.of(url), since);
  }
  return inflight;
}

function count(inflight: InFlight, priorityClass: number, cost: number, origin: Origin, since: number): void {
  for (let c = priorityClass; c <= LAST_CLASS; c++) inflight.bytes[c] += cost;
  inflight.lowest.set(origin, Math.max(inflight.lowest.get(origin) ?? 0, priorityClass));
  if (priorityClass === DOCUMENT) inflight.documents.set(origin, (inflight.documents.get(origin) ?? 0) + 1);
  if (priorityClass <= CRITICAL) inflight.criticalSince = Math.min(inflight.criticalSince, since);
}
