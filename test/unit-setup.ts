import { afterEach, beforeEach, vi } from 'vitest';

// Time and randomness are injected: a unit test that reaches for the real ones, timers included, fails with the place in the stack.
// (vitest itself keeps references to the originals.)
const forbidden: [object, string][] = [
  [Math, 'random'],
  [Date, 'now'],
  [performance, 'now'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
];

/** Real servers, threads and processes run in real time. */
const REAL_TIME = /[\\/](src[\\/](server|import|cli)|test[\\/](server|drills|cli|import))[\\/]/;

beforeEach(() => {
  for (const [owner, name] of forbidden) {
    const original = (owner as Record<string, (...given: unknown[]) => unknown>)[name];
    vi.spyOn(owner as Record<string, (...given: unknown[]) => unknown>, name).mockImplementation((...given) => {
      const stack = new Error().stack ?? '';
      const callers = stack.split('\n').slice(2, 5).join('\n').replaceAll('unit-setup', '');
      const isTimer = name.startsWith('set');
      if (/[\\/](src|test)[\\/]/.test(callers) && !stack.includes('node_modules') && !(isTimer && REAL_TIME.test(stack))) {
        throw new Error(`a unit test must not touch the real ${name}: inject a Clock or a Random`);
      }
      return original.apply(owner, given);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});
