import { describe, expect, it } from 'vitest';
import { noteStep, recallStep } from '../../../src/viewer/stage/steady-quality.ts';

/** Storage of a browser, as far as this uses it. */
class MapStorage {
  readonly map = new Map<string, string>();
  getItem(key: string) {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.map.set(key, value);
  }
}

describe('the quality step of this device', () => {
  it('is the step of the latest visit that held one', () => {
    const storage = new MapStorage();
    expect(recallStep(storage)).toBe(0);
    noteStep(storage, 5);
    noteStep(storage, undefined);
    expect(recallStep(storage)).toBe(5);
    noteStep(storage, 0);
    expect(recallStep(storage)).toBe(0);
  });

  it('is the best where storage is denied, full, broken, or holds something else', () => {
    expect(recallStep(undefined)).toBe(0);
    noteStep(undefined, 3);
    const full = {
      setItem() {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(() => noteStep(full, 3)).not.toThrow();
    const broken = {
      getItem() {
        throw new DOMException('NS_ERROR_FILE_CORRUPTED', 'SecurityError');
      },
    };
    expect(recallStep(broken)).toBe(0);
    const storage = new MapStorage();
    storage.map.set('foyer:quality', 'x'.repeat(100));
    expect(recallStep(storage)).toBe(0);
  });
});
