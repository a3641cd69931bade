import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import type { RoundTripEstimate } from '../estimates/round-trip-estimate.ts';
import { HIGH } from './priority.ts';

const WINDOW_GAIN = 1.5;
/**
 * Gain while the rate still grows with the window. It doubles it, with room for measurements a round trip late (BBR's start: 2/ln
 * 2).
 */
const START_GAIN = 2.89;
/**
 * Least round trip that the window of critical resources is for, ms: a page that loads a room is busy, and takes that long to see that an
 * answer has ended. From loopback the lounge's last critical file was requested 1.2 s after the first, in windows of 64 KiB.
 */
export const BUSY_MS = 60;
const SMALLEST_WINDOW = 64 * 1024;
const LARGEST_WINDOW = 32 * 1024 * 1024;

/**
 * The first guess: 100 Mbit/s, or 4 MiB where the round trip is unknown too. The first bytes are all critical, so too large
 * costs little and too small costs round trips. High textures start small: a late request may have to overtake them.
 */
export const FIRST_BANDWIDTH = 100e6 / 8;
const FIRST_WINDOW = 4 * 1024 * 1024;
const FIRST_HIGH_WINDOW = 512 * 1024;
/** Seconds of a former visit's bandwidth that the first window holds at most. */
const FIRST_SECONDS = 4;
const LARGEST_FIRST_WINDOW = 16 * 1024 * 1024;

/**
 * Bytes that should be in flight: `gain` x bandwidth x round trip, from 64 KiB to 32 MiB.
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

/** What may be known before the first byte arrives. */
export interface FirstGuess {
  /** Bytes a second, from a former visit. */
  readonly bandwidth?: number | undefined;
  /** Milliseconds. */
  readonly roundTripMs?: number | undefined;
}

/**
 * The window before anything is measured, 512 KiB to 16 MiB. It fits the bandwidth of a former visit (at most four seconds'
 * worth),
 * else 100 Mbit/s. `navigator.connection` does not help: a fresh Chromium reports 1.6 Mbit/s on any link.
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

/** The window for resources of a class, from everything known of the path. */
export function windowOf(bandwidth: BandwidthEstimate, roundTrip: RoundTripEstimate, priorityClass: number): number {
  const { value } = bandwidth;
  const bridged = roundTrip.bridged;
  if (value !== undefined && bridged !== undefined)
    return byteWindow(
      value,
      priorityClass < HIGH ? Math.max(bridged, BUSY_MS) : bridged,
      bandwidth.growing ? START_GAIN : WINDOW_GAIN,
    );
  const guess = { bandwidth: bandwidth.valueOrAssumed, roundTripMs: bridged };
  // A former visit's bandwidth is evidence enough for high textures too. Optimism is not.
  return priorityClass >= HIGH && guess.bandwidth === undefined
    ? Math.min(FIRST_HIGH_WINDOW, firstWindow(guess))
    : firstWindow(guess);
}

/** Bytes that the path itself holds: bandwidth x round trip. 0 where that is unknown. */
export function pathBytes(bandwidth: BandwidthEstimate, roundTrip: RoundTripEstimate): number {
  return ((bandwidth.valueOrAssumed ?? 0) * (roundTrip.bridged ?? 0)) / 1000;
}
