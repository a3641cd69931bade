import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import type { RoundTripEstimate } from '../estimates/round-trip-estimate.ts';
import { HIGH } from './priority.ts';

const WINDOW_GAIN = 1.5;
/** While the rate still grows with the window: double it, with room for what is measured a round trip late (BBR's start phase: 2/ln 2). */
const START_GAIN = 2.89;
const SMALLEST_WINDOW = 64 * 1024;
const LARGEST_WINDOW = 32 * 1024 * 1024;

/**
 * Before anything is measured: as if for 100 Mbit/s; where the round trip is not known either, 4 MiB. What comes first is all
 * needed before the room is interactive, so too large costs little, and too small costs round trips. High textures, which a late
 * request may have to overtake, start small.
 */
export const FIRST_BANDWIDTH = 100e6 / 8;
const FIRST_WINDOW = 4 * 1024 * 1024;
const FIRST_HIGH_WINDOW = 512 * 1024;
/** However far the way: no more at first than what takes this long by a former visit's measure, s. */
const FIRST_SECONDS = 4;
const LARGEST_FIRST_WINDOW = 16 * 1024 * 1024;

/**
 * Bytes that should be in flight: `gain` x bandwidth x round trip, at least 64 KiB, at most 32 MiB.
 *
 * ```ts
 * byteWindow(2_500_000, 100) // 375000: 20 Mbit/s, 100 ms
 * byteWindow(625_000, 20) // 65536
 * ```
 *
 * @param bytesPerSecond - > 0.
 * @param roundTripMs - ms, > 0.
 */
export function byteWindow(bytesPerSecond: number, roundTripMs: number, gain = WINDOW_GAIN): number {
  return Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, (gain * bytesPerSecond * roundTripMs) / 1000));
}

/** What may be known before a byte has come. */
export interface FirstGuess {
  /** Bytes a second, of a former visit. */
  readonly bandwidth?: number | undefined;
  /** ms. */
  readonly roundTripMs?: number | undefined;
}

/**
 * The window before anything is measured, 512 KiB to 16 MiB: for the bandwidth that a former visit found (but at most four
 * seconds' worth), else for 100 Mbit/s. `navigator.connection` is no help: a Chromium that knows nothing says 1.6 Mbit/s.
 *
 * ```ts
 * firstWindow({}) // 4194304
 * firstWindow({ roundTripMs: 50 }) // 937500
 * firstWindow({ bandwidth: 12_500_000, roundTripMs: 200 }) // 3750000
 * ```
 */
export function firstWindow({ bandwidth, roundTripMs }: FirstGuess): number {
  const wanted = roundTripMs === undefined ? FIRST_WINDOW : byteWindow(bandwidth ?? FIRST_BANDWIDTH, roundTripMs);
  const limit = Math.min(LARGEST_FIRST_WINDOW, bandwidth === undefined ? FIRST_WINDOW : FIRST_SECONDS * bandwidth);
  return Math.max(FIRST_HIGH_WINDOW, Math.min(wanted, limit));
}

/** The window for resources of a class, from all that is known of the path by now. */
export function windowOf(bandwidth: BandwidthEstimate, roundTrip: RoundTripEstimate, priorityClass: number): number {
  const { value } = bandwidth;
  const bridged = roundTrip.bridged;
  if (value !== undefined && bridged !== undefined)
    return byteWindow(value, bridged, bandwidth.growing ? START_GAIN : WINDOW_GAIN);
  const guess = { bandwidth: bandwidth.valueOrAssumed, roundTripMs: bridged };
  // An assumption is evidence enough for high textures too; optimism is not.
  return priorityClass >= HIGH && guess.bandwidth === undefined
    ? Math.min(FIRST_HIGH_WINDOW, firstWindow(guess))
    : firstWindow(guess);
}

/** Bytes that the path itself holds: 1 x bandwidth x round trip; 0 where that is not known. */
export function pathBytes(bandwidth: BandwidthEstimate, roundTrip: RoundTripEstimate): number {
  return ((bandwidth.valueOrAssumed ?? 0) * (roundTrip.bridged ?? 0)) / 1000;
}
