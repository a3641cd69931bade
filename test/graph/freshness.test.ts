import { beforeEach, describe, expect, it } from 'vitest';
import { Freshness } from '../../src/graph/freshness.ts';

const FILE = 'https://example.org/room.json';
const CHAIR = `${FILE}#chair`;

describe('Freshness', () => {
  let freshness: Freshness;
  beforeEach(() => {
    freshness = new Freshness();
  });

  it('a response that was requested before a document became stale does not count as its own', () => {
    const begun = freshness.now;
    freshness.invalidate(new Set([CHAIR]));
    freshness.arrived(FILE, begun);
    expect(freshness.staleSince(CHAIR)).toBeGreaterThan(begun);
    expect(freshness.hasArrived(FILE, CHAIR)).toBe(false);
    expect(freshness.hasArrived(FILE, FILE)).toBe(true);
    freshness.arrived(FILE, freshness.now);
    expect(freshness.hasArrived(FILE, CHAIR)).toBe(true);
  });

  it('no response has arrived for a file that was not requested, or since all was forgotten', () => {
    expect(freshness.hasArrived(FILE, FILE)).toBe(false);
    freshness.arrived(FILE, freshness.now);
    freshness.startOver();
    expect(freshness.hasArrived(FILE, FILE)).toBe(false);
  });

  it('one number replaces the entries of 200 documents and more, and makes no older response fresh', () => {
    const begun = freshness.now;
    freshness.invalidate(new Set([CHAIR]));
    freshness.compact();
    expect(freshness.staleSince(FILE)).toBe(begun);
    freshness.invalidate(new Set(Array.from({ length: 200 }, (_, i) => `${FILE}#${i}`)));
    freshness.compact();
    for (const url of [FILE, CHAIR, `${FILE}#7`]) expect(freshness.staleSince(url)).toBe(freshness.now);
  });
});
