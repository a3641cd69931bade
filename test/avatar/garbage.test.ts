import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MEASURING_FLAGS } from '../measuring-flags.ts';

// A single vec3 is 100 bytes. The measurement itself leaves about 16 an update. The rest of `everything` is two or three numbers,
// which V8 boxes if it does not inline a function with a number argument.
it.each([
  ['walking', 60],
  ['everything', 90],
])(
  '10,000 updates of an avatar (%s) leave no garbage: under %i bytes each',
  (what, most) => {
    const program = resolve(import.meta.dirname, 'measure-garbage.ts');
    const { bytesPerUpdate } = JSON.parse(
      execFileSync(process.execPath, [...MEASURING_FLAGS, program, what], { encoding: 'utf8' }),
    );
    expect(bytesPerUpdate).toBeLessThan(most);
  },
  60_000,
);
