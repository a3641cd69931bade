import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MEASURING_FLAGS } from '../../../measuring-flags.ts';

it('a frame of tags and bubbles for 100 people who walk makes no element, lays nothing out, and leaves at most 1.5 KB of garbage', () => {
  const program = resolve(import.meta.dirname, 'measure-labels.ts');
  const found = JSON.parse(execFileSync(process.execPath, [...MEASURING_FLAGS, program], { encoding: 'utf8' }));
  expect(found.bytesPerFrame).toBeLessThan(1536);
  // At most the 14 tags and 10 bubbles that are shown are moved, once each.
  expect(found.movesPerFrame).toBeLessThan(24);
  expect(found.movesPerFrame).toBeGreaterThan(1);
  expect(found.classesPerFrame).toBeLessThan(3);
  // Elements are used again: 6,000 frames make no more than may be shown and spare. Each is measured when it changes hands.
  expect(found.elementsPerFrame).toBeLessThan(0.01);
  expect(found.layoutsPerFrame).toBeLessThan(0.05);
}, 60_000);
