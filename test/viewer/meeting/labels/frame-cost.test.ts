import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { MEASURING_FLAGS } from '../../../measuring-flags.ts';

interface Cost {
  readonly bytesPerFrame: number;
  readonly movesPerFrame: number;
  readonly classesPerFrame: number;
  readonly layoutsPerFrame: number;
  readonly elementsPerFrame: number;
  readonly raysPerFrame: number;
}
let found: Readonly<Record<'walking' | 'standing', Cost>>;

beforeAll(() => {
  const program = resolve(import.meta.dirname, 'measure-labels.ts');
  found = JSON.parse(execFileSync(process.execPath, [...MEASURING_FLAGS, program], { encoding: 'utf8' }));
}, 60_000);

it('a frame of tags and bubbles for 100 people who walk makes no element, lays nothing out, and leaves at most 1 KB of garbage', () => {
  const { walking } = found;
  expect(walking.bytesPerFrame).toBeLessThan(1024);
  // At most the 14 tags and 10 bubbles that are shown are moved, once each.
  expect(walking.movesPerFrame).toBeLessThan(24);
  expect(walking.movesPerFrame).toBeGreaterThan(1);
  expect(walking.classesPerFrame).toBeLessThan(3);
  // Elements are used again: 6,000 frames make at most one tag a person, and 10 bubbles. Each is measured when it changes hands.
  expect(walking.elementsPerFrame).toBeLessThan(0.02);
  expect(walking.layoutsPerFrame).toBeLessThan(0.05);
  expect(walking.raysPerFrame).toBeLessThanOrEqual(1);
});

it('a frame of 100 people who stand and breathe moves nothing, looks for nothing that covers them, and leaves 0.1 KB at most', () => {
  const { standing } = found;
  expect(standing.bytesPerFrame).toBeLessThan(100);
  expect(standing.movesPerFrame).toBeLessThan(1);
  expect(standing.classesPerFrame).toBeLessThan(0.01);
  expect(standing.elementsPerFrame + standing.layoutsPerFrame).toBe(0);
  expect(standing.raysPerFrame).toBeLessThan(0.01);
});
