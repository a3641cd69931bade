import { describe, expect, it } from 'vitest';
import { BandwidthEstimate } from '../../../src/net/estimates/bandwidth-estimate.ts';
import { chooseTransfersToAbort } from '../../../src/net/queue/choose-transfers-to-abort.ts';
import { Job } from '../../../src/net/queue/job.ts';
import { CRITICAL, HIGH } from '../../../src/net/queue/priority.ts';
import { beginAttempt } from '../../../src/net/transfer/attempt.ts';
import { Origins } from '../../../src/net/transfer/origins.ts';
import { PartialBody } from '../../../src/net/transfer/partial-body.ts';
import { BASE } from '../setup.ts';

/** High textures of so many bytes in flight, and a critical file that has just been asked for. @returns bytes left of those that are ended. */
function ended(mbit: number, roundTripMs: number, inflight: readonly number[]): number[] {
  const bandwidth = new BandwidthEstimate();
  bandwidth.received(0, 0, true);
  bandwidth.received((mbit * 125_000) / 10, 100, true);
  const origins = new Origins(BASE);
  const origin = origins.of(BASE);
  origin.protocol = 'h2';
  origin.roundTrip.sample(roundTripMs, 0, 'timed');
  let named = 0;
  const make = (of: number, bytes: number) => {
    const url = `${BASE}${named++}`;
    const job = new Job({ url, bytes, hash: `${named}`, priority: { class: of, utility: 1 } }, new PartialBody(url, bytes), 0);
    beginAttempt(job, url, origin, 0);
    return job;
  };
  const active = inflight.map(bytes => make(HIGH, bytes));
  const urgent = { job: make(CRITICAL, 20_000), url: BASE, origin };
  return chooseTransfersToAbort({ urgent, blocked: false, active, bandwidth }).map(job => job.cost);
}

describe('what is ended for something more urgent that has its slot', () => {
  it('nothing where less than 100 ms would be won: the large texture that a full window let through', () => {
    // The window is 375 KB, the path holds 250.
    expect(ended(100, 20, [350_000, 700_000])).toEqual([]);
    expect(ended(100, 20, [700_000, 900_000])).toEqual([]);
  });

  it('as many as it takes where the first window was far too bold, those with the most left first', () => {
    expect(ended(100, 20, [700_000, 900_000, 300_000])).toEqual([900_000, 700_000]);
    expect(ended(1, 50, [100_000, 300_000, 200_000])).toEqual([300_000, 200_000, 100_000]);
  });

  it('nothing where no abort would pay for the request that resumes it', () => {
    expect(ended(1, 50, [100_000, 150_000])).toEqual([]);
  });
});
