import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

// As in test/avatar/garbage.test.ts: nothing is collected while it is measured, and what is hot is compiled before it goes on.
const FLAGS = [
  '--expose-gc',
  '--max-semi-space-size=256',
  '--min-semi-space-size=256',
  '--no-concurrent-recompilation',
  '--import',
  'tsx',
];

it('a frame of 100 people who walk leaves at most 2 KB of garbage', () => {
  const program = resolve(import.meta.dirname, 'measure-motion.ts');
  const { bytesPerFrame } = JSON.parse(execFileSync(process.execPath, [...FLAGS, program], { encoding: 'utf8' }));
  expect(bytesPerFrame).toBeLessThan(2048);
}, 60_000);
