import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MEASURING_FLAGS } from '../../measuring-flags.ts';

it('a frame of 100 people who walk leaves at most 2 KB of garbage', () => {
  const program = resolve(import.meta.dirname, 'measure-motion.ts');
  const { bytesPerFrame } = JSON.parse(execFileSync(process.execPath, [...MEASURING_FLAGS, program], { encoding: 'utf8' }));
  expect(bytesPerFrame).toBeLessThan(2048);
}, 60_000);
