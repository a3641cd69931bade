import { expect, it } from 'vitest';
import { namesOfSpeakersWhoLeft } from '../../src/live/left-speakers.ts';
import type { ApiClient } from '../../src/live/server/api-client.ts';

const url = (name: string) => `https://example.org/api/avatars/${name}`;
const avatar = (name: string) => ({
  data: { name },
  relations: { skeleton: url('skeleton'), outfit: url('outfit') },
});

it('returns the names of avatars that the server still has, with one request each', async () => {
  const asked: string[] = [];
  const api = {
    ask: async ({ url: node }: { url: string }) => {
      asked.push(node);
      if (node === url('gone')) throw new Error('410');
      return { document: node === url('odd') ? { data: 1 } : avatar('Ada') };
    },
  } as unknown as ApiClient;
  const { signal } = new AbortController();
  const names = await namesOfSpeakersWhoLeft({ api, signal }, ['a', 'gone', 'a', 'odd'].map(url));
  expect([...names]).toEqual([[url('a'), 'Ada']]);
  expect(asked).toEqual(['odd', 'a', 'gone'].map(url));
});

it('requests at most the latest 20 speakers', async () => {
  const asked: string[] = [];
  const ask = async (request: { url: string }) => {
    asked.push(request.url);
    return { documents: {} };
  };
  const api = { ask } as unknown as ApiClient;
  const nodes = Array.from({ length: 200 }, (_, i) => url(String(i)));
  // The first to speak also spoke last.
  await namesOfSpeakersWhoLeft({ api, signal: new AbortController().signal }, [...nodes, nodes[0]]);
  expect(asked).toEqual([nodes[0], ...nodes.slice(-19).reverse()]);
});
