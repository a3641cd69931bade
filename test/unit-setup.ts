import { afterEach, beforeEach, vi } from 'vitest';

// Time and randomness are injected: a unit test that reaches for the real ones fails, with the place in the stack.
// (vitest itself keeps references to the originals.)
const forbidden: [object, string][] = [
  [Math, 'random'],
  [Date, 'now'],
  [performance, 'now'],
];

beforeEach(() => {
  for (const [owner, name] of forbidden) {
    const original = (owner as Record<string, () => number>)[name];
    vi.spyOn(owner as Record<string, () => number>, name).mockImplementation(() => {
      const stack = new Error().stack ?? '';
      if (
        /[\\/](src|test)[\\/]/.test(stack.split('\n').slice(2, 5).join('\n').replaceAll('unit-setup', '')) &&
        !stack.includes('node_modules')
      ) {
        throw new Error(`a unit test must not touch the real ${name}: inject a Clock or a Random`);
      }
      return original.call(owner);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});
