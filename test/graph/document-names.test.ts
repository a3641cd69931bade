import { beforeEach, describe, expect, it } from 'vitest';
import { DocumentNames } from '../../src/graph/document-names.ts';

const SHORT = 'https://example.org/room';
const OWN = 'https://example.org/rooms/lounge/room.json';

describe('DocumentNames', () => {
  let names: DocumentNames;
  beforeEach(() => {
    names = new DocumentNames();
    names.add(SHORT, OWN);
  });
  const others = (...urls: string[]) => {
    const all = new Set(urls);
    names.addOthers(all);
    return [...all];
  };

  it('finds the own name of a file and of its fragments', () => {
    expect(names.of(SHORT, new Map())).toBe(OWN);
    expect(names.of(`${SHORT}#chair`, new Map())).toBe(`${OWN}#chair`);
    expect(names.of(OWN, new Map())).toBe(OWN);
  });

  it('a document that is stored under a name has that name', () => {
    expect(names.of(`${SHORT}#chair`, new Map([[`${SHORT}#chair`, {}]]))).toBe(`${SHORT}#chair`);
  });

  it('adds the other names in both directions, those of fragments once they were asked for', () => {
    expect(others(SHORT)).toEqual([SHORT, OWN]);
    expect(others(OWN)).toEqual([OWN, SHORT]);
    expect(others(`${OWN}#chair`)).toEqual([`${OWN}#chair`]);
    names.of(`${SHORT}#chair`, new Map());
    expect(others(`${OWN}#chair`)).toEqual([`${OWN}#chair`, `${SHORT}#chair`]);
  });

  it('forgets a name', () => {
    names.forget(SHORT);
    expect(names.of(SHORT, new Map())).toBe(SHORT);
  });
});
