import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FetchResponse } from '../../../src/net/transfer/transfer.ts';
import { fetchEarly } from '../../../src/viewer/visit/early-answers.ts';

const url = 'https://room.example/room.json';

afterEach(() => {
  globalThis.foyerEarly = undefined;
  vi.unstubAllGlobals();
});

/** One early answer, and a network that answers everything else. */
function early(response: Promise<Response>) {
  globalThis.foyerEarly = new Map([[url, response]]);
  const network = vi.fn(async (_url: string, _init: RequestInit) => new Response('late'));
  vi.stubGlobal('fetch', network);
  return { network, text: async (init: RequestInit = {}) => (await fetchEarly(url, init)).text() };
}

describe('fetchEarly', () => {
  it('takes an early answer once', async () => {
    const { text, network } = early(Promise.resolve(new Response('early')));
    expect([await text(), await text()]).toEqual(['early', 'late']);
    expect(network).toHaveBeenCalledTimes(1);
  });

  it('marks an early answer, whose bytes may have arrived already, and no other', async () => {
    early(Promise.resolve(new Response('early')));
    const marks = [await fetchEarly(url, {}), await fetchEarly(url, {})].map(answer => (answer as FetchResponse).early);
    expect(marks).toEqual([true, undefined]);
  });

  it('requests what must not come from a cache', async () => {
    const { text } = early(Promise.resolve(new Response('early')));
    expect(await text({ cache: 'no-cache' })).toBe('late');
    expect(await text()).toBe('early');
  });

  it('requests again what failed early', async () => {
    expect(await early(Promise.reject(new TypeError('offline'))).text()).toBe('late');
  });

  it('ends the early answer with the signal of who took it', async () => {
    const cancel = vi.fn();
    early(Promise.resolve(new Response(new ReadableStream({ cancel }))));
    const leave = new AbortController();
    await fetchEarly(url, { signal: leave.signal });
    expect(cancel).not.toHaveBeenCalled();
    leave.abort();
    await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
  });

  it('is `fetch` on a page that requests nothing early', async () => {
    const { text } = early(Promise.resolve(new Response('early')));
    globalThis.foyerEarly = undefined;
    expect(await text()).toBe('late');
  });
});
