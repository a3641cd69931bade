import { describe, expect, it } from 'vitest';
import { eitherSignal } from '../../src/core/either-signal.ts';
import { parseUrl } from '../../src/core/parse-url.ts';

describe('parseUrl', () => {
  it('resolves against a base, and gives undefined for what is no URL', () => {
    expect(parseUrl('a/b.json', 'https://example.org/rooms/')?.href).toBe('https://example.org/rooms/a/b.json');
    expect(parseUrl('b', new URL('https://example.org/a'))?.href).toBe('https://example.org/b');
    expect([parseUrl('a/b.json'), parseUrl('https://'), parseUrl('b', 'no base')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('eitherSignal', () => {
  it('aborts with the first of two, and with its reason', () => {
    for (const first of [0, 1]) {
      const controllers = [new AbortController(), new AbortController()] as const;
      const either = eitherSignal(controllers[0].signal, controllers[1].signal);
      expect(either.aborted).toBe(false);
      controllers[first].abort('first');
      controllers[1 - first].abort('second');
      expect([either.aborted, either.reason]).toEqual([true, 'first']);
    }
  });

  it('is aborted where one of the two was', () => {
    expect(eitherSignal(AbortSignal.abort('gone'), new AbortController().signal).reason).toBe('gone');
    expect(eitherSignal(new AbortController().signal, AbortSignal.abort('gone')).reason).toBe('gone');
  });
});
