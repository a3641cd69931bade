import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MEASURING_FLAGS } from '../measuring-flags.ts';

// A single vec3 is 100 bytes. What the measurement itself leaves behind is about 16 an update; the rest of `everything` are the two
// or three numbers that V8 boxes where a function with a number for an argument is not inlined.
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
