import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { isRunning } from '../../src/node/is-running.ts';

it('knows a process that runs from one that has ended', () => {
  expect(isRunning(process.pid)).toBe(true);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  expect(isRunning(pid)).toBe(false);
});

it.skipIf(process.platform !== 'linux')('counts a process of another user as one that runs', () => {
  expect(isRunning(1)).toBe(true);
});
