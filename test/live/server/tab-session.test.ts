import { describe, expect, it } from 'vitest';
import { type TabLocks, TabSession } from '../../../src/live/server/tab-session.ts';

const API = 'https://rooms.test/api';

/** The locks of one origin, as `navigator.locks` has them. */
class Locks implements TabLocks {
  readonly held = new Set<string>();
  /** Locks are given once it resolves. */
  late: Promise<void> | undefined;

  async request(name: string, _: object, callback: (lock: object | null) => Promise<void> | undefined): Promise<void> {
    if (this.late) await this.late;
    if (this.held.has(name)) return callback(null);
    this.held.add(name);
    await callback({});
    this.held.delete(name);
  }
}

const tab = (locks: TabLocks | undefined, storage = new Map<string, string>()) =>
  new TabSession(API, {
    locks,
    storage: {
      getItem: key => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: key => void storage.delete(key),
    },
  });

describe('the session of a tab', () => {
  it('the first tab uses the cookie, and the next one is a guest of its own', async () => {
    const locks = new Locks();
    expect(await tab(locks).choose()).toBe('cookie');
    expect(await tab(locks).choose()).toEqual({ token: undefined });
  });

  it('a reloaded tab stays the same guest', async () => {
    const locks = new Locks();
    await tab(locks).choose();
    const storage = new Map<string, string>();
    const second = tab(locks, storage);
    await second.choose();
    second.remember('token-of-second');
    second.dispose();
    await Promise.resolve();
    expect(await tab(locks, storage).choose()).toEqual({ token: 'token-of-second' });
  });

  it('a duplicated tab, which has a copy of the storage, is a new guest', async () => {
    const locks = new Locks();
    await tab(locks).choose();
    const second = tab(locks, new Map());
    await second.choose();
    second.remember('token-of-second');
    await Promise.resolve();
    expect(await tab(locks, new Map([[`foyer:guest ${API}`, 'token-of-second']])).choose()).toEqual({ token: undefined });
  });

  it('forgets its own guest, which the server no longer knows', async () => {
    const locks = new Locks();
    await tab(locks).choose();
    const storage = new Map<string, string>();
    const second = tab(locks, storage);
    await second.choose();
    second.remember('token-that-ended');
    await second.forget();
    expect(await second.choose()).toEqual({ token: undefined });
    expect(storage.size).toBe(0);
  });

  it('takes over the cookie once the tab that used it is gone', async () => {
    const locks = new Locks();
    const first = tab(locks);
    await first.choose();
    first.dispose();
    await Promise.resolve();
    expect(await tab(locks).choose()).toBe('cookie');
    expect(locks.held.size).toBe(1);
  });

  it('holds no lock while its page is out of sight, and stays the same guest afterwards', async () => {
    const locks = new Locks();
    const first = tab(locks);
    await first.choose();
    const second = tab(locks);
    await second.choose();
    second.remember('token-of-second');
    await Promise.all([first.rest(), second.rest()]);
    await Promise.resolve();
    expect(locks.held.size).toBe(0);
    expect(await second.choose()).toEqual({ token: 'token-of-second' });
    expect(await first.choose()).toBe('cookie');
  });

  it('holds no lock that arrives after its page went out of sight', async () => {
    const locks = new Locks();
    let give = () => {};
    locks.late = new Promise(resolve => {
      give = resolve;
    });
    const first = tab(locks);
    const choosing = first.choose();
    const resting = first.rest();
    give();
    await Promise.all([choosing, resting]);
    await Promise.resolve();
    expect(locks.held.size).toBe(0);
    expect(await tab(locks).choose()).toBe('cookie');
  });

  it('is a new guest where another tab took its session while its page was out of sight', async () => {
    const locks = new Locks();
    const first = tab(locks);
    await first.choose();
    await first.rest();
    await Promise.resolve();
    expect(await tab(locks).choose()).toBe('cookie');
    expect(await first.choose()).toEqual({ token: undefined });
  });

  it('uses the cookie where there are no locks, or where they are denied', async () => {
    expect(await tab(undefined).choose()).toBe('cookie');
    expect(await tab({ request: () => Promise.reject(new DOMException('denied', 'SecurityError')) }).choose()).toBe('cookie');
  });
});
