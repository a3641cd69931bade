import { parseArgs } from 'node:util';
import { expect, it } from 'vitest';
import { argumentTrouble } from '../../src/cli/argument-trouble.ts';

it.each([
  [['--out'], '--out needs a value'],
  [['--out', '--json'], '--out needs a value'],
  [['--nope'], "Unknown option '--nope'"],
  [['--json=1'], "Option '--json' does not take an argument"],
])('%j is told in one line', (args, words) => {
  const read = () => parseArgs({ args, options: { out: { type: 'string' }, json: { type: 'boolean' } } });
  let said = '';
  try {
    read();
  } catch (error) {
    said = argumentTrouble(error);
  }
  expect(said).toBe(words);
});
