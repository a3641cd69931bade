import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

it('10,000 updates of an avatar leave no garbage', () => {
  // The semi-space is made so large that nothing is collected while it is measured.
  const flags = ['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256', '--import', 'tsx'];
  const output = execFileSync(process.execPath, [...flags, resolve(import.meta.dirname, 'measure-garbage.ts')], {
    encoding: 'utf8',
  });
  const { bytesPerUpdate } = JSON.parse(output);
  // A single vec3 would be 100 bytes. What remains is Node's own.
  expect(bytesPerUpdate).toBeLessThan(10);
}, 60_000);
