import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { mutate } from './mutate.ts';

const source = new TextEncoder().encode('<MESH NUM="12"><A>1.5 2</A></MESH>'.repeat(4));

describe('mutate', () => {
  it('does the same damage for the same seed', () => {
    expect(mutate(source, seededRandom(7))).toEqual(mutate(source, seededRandom(7)));
  });

  it('leaves the source alone and nearly always changes something', () => {
    const before = source.slice();
    const random = seededRandom(1);
    let changed = 0;
    for (let i = 0; i < 200; i++) if (Buffer.compare(mutate(source, random).bytes, source) !== 0) changed++;
    expect(source).toEqual(before);
    expect(changed).toBeGreaterThan(180);
  });
});
