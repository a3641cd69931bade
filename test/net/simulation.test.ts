import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { openSimRoom, type Profile, profileName } from './sim-room.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

// The policy itself, no copy of it, in virtual time against a simulated link: how near to the physical limit it comes.

describe('a room of 330 files, 38 MB, in virtual time', () => {
  const profiles: Profile[] = [5, 20, 100].flatMap(mbit =>
    [20, 50, 200].map(roundTrip => ({ mbit, roundTrip, protocol: 'h2' as const, honoursPriority: true })),
  );
  for (const profile of profiles) {
    it(`${profileName(profile)}: interactive and complete near the lower bound`, async () => {
      const result = await openSimRoom(1, 1, profile);
      if (process.env.FOYER_PRINT) console.log(profileName(profile), result);
      expect(result.failed).toBe(0);
      expect(result.wasted).toBeCloseTo(0, 6);
      expect(result.interactive).toBeLessThanOrEqual(1.05);
      expect(result.complete).toBeLessThanOrEqual(1.05);
    });
  }

  it('a server that serves all in turn: still near it', async () => {
    for (const mbit of [5, 20, 100]) {
      const profile = { mbit, roundTrip: 50, protocol: 'h2' as const, honoursPriority: false };
      const result = await openSimRoom(2, 1, profile);
      if (process.env.FOYER_PRINT) console.log(profileName(profile), result);
      expect(result.interactive).toBeLessThanOrEqual(1.1);
      expect(result.complete).toBeLessThanOrEqual(1.05);
    }
  });

  it('1 Mbit/s with 5 % of the transfers cut: nothing is missing at the end', async () => {
    const result = await openSimRoom(
      3,
      1,
      { mbit: 1, roundTrip: 100, protocol: 'http/1.1', honoursPriority: false },
      { faults: 0.05 },
    );
    if (process.env.FOYER_PRINT) console.log('faults', result);
    expect(result.failed).toBe(0);
    expect(result.complete).toBeLessThanOrEqual(1.1);
    expect(result.wasted).toBeLessThanOrEqual(0.02);
  });
});

describe('many rooms', () => {
  // FOYER_SEEDS=5000 for a night's run.
  const seeds = Number(process.env.FOYER_SEEDS ?? 20);
  it(`${seeds} seeded rooms on seeded networks: complete, and near the bound`, async () => {
    const worst = { interactive: 0, complete: 0 };
    for (let seed = 0; seed < seeds; seed++) {
      const random = seededRandom(seed);
      const profile = { mbit: 1 + random() * 99, roundTrip: 10 + random() * 190, protocol: 'h2' as const, honoursPriority: true };
      const result = await openSimRoom(seed, 0.3, profile);
      expect(result.failed, `seed ${seed}`).toBe(0);
      expect(result.interactive, `seed ${seed}, ${profileName(profile)}`).toBeLessThanOrEqual(1.1);
      expect(result.complete, `seed ${seed}, ${profileName(profile)}`).toBeLessThanOrEqual(1.1);
      worst.interactive = Math.max(worst.interactive, result.interactive);
      worst.complete = Math.max(worst.complete, result.complete);
    }
    if (process.env.FOYER_PRINT) console.log('worst of', seeds, worst);
  }, 600_000);

  it('the same seed gives the same run', async () => {
    const profile = { mbit: 20, roundTrip: 50, protocol: 'h2' as const, honoursPriority: true };
    expect(await openSimRoom(7, 0.2, profile, { faults: 0.05 })).toEqual(await openSimRoom(7, 0.2, profile, { faults: 0.05 }));
  });
});
