import { describe, expect, it } from 'vitest';
import { namesOfSpeakersWhoLeft } from '../../../src/live/left-speakers.ts';
import { ApiClient } from '../../../src/live/server/api-client.ts';
import { ServerClock } from '../../../src/live/server/server-clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const ORIGIN = 'https://rooms.test';
const FOREIGN = [
  'https://evil.test/api/avatars/mira',
  'https://rooms.test.evil.test/api/avatars/mira',
  'https://rooms.test@evil.test/api/avatars/mira',
  'https://evil.rooms.test/api/avatars/mira',
  'http://rooms.test/api/avatars/mira',
  'https://rooms.test:8443/api/avatars/mira',
];
const SECRET = 'eyJ.secret.token';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function client(token?: string) {
  const sent: Sent[] = [];
  const clock = new VirtualClock();
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    sent.push({ url, init });
    const document = { data: { name: 'Mira' }, relations: { skeleton: '/s', outfit: '/o' } };
    return Response.json({ id: url, denormalized: { [url]: document } });
  };
  const api = new ApiClient({ entry: `${ORIGIN}/api`, clock, token, fetch, serverClock: new ServerClock(clock) });
  return { api, sent };
}

const carries = ({ init }: Sent) => JSON.stringify(init).includes(SECRET) || init.credentials !== 'omit';

describe('credentials', () => {
  it('go to the origin of the entry point', async () => {
    const withToken = client(SECRET);
    await withToken.api.ask({ url: `${ORIGIN}/api/avatars/mira` });
    expect(withToken.sent[0].init).toMatchObject({ credentials: 'omit', headers: { authorization: `Bearer ${SECRET}` } });
    const withCookie = client();
    await withCookie.api.ask({ url: `${ORIGIN}/api/avatars/mira` });
    expect(withCookie.sent[0].init.credentials).toBe('include');
  });

  it.each(FOREIGN)('are not sent to %s, which a document named', async url => {
    for (const { api, sent } of [client(SECRET), client()]) {
      await api.ask({ url });
      expect(sent.map(carries)).toEqual([false]);
      expect(JSON.stringify(api.initFor(url))).not.toContain(SECRET);
    }
  });

  it('are not sent for the name of a speaker whom a message puts on another origin', async () => {
    const { api, sent } = client(SECRET);
    const { signal } = new AbortController();
    const names = await namesOfSpeakersWhoLeft({ api, signal }, [FOREIGN[0], `${ORIGIN}/api/avatars/mira`]);
    expect(names.size).toBe(2);
    expect(sent.filter(carries).map(({ url }) => url)).toEqual([`${ORIGIN}/api/avatars/mira`]);
  });

  it.each(['POST', 'DELETE'] as const)('are needed for a %s, so a foreign origin gets no such request', async method => {
    const { api, sent } = client(SECRET);
    const asked = api.ask({ method, url: FOREIGN[0], ...(method === 'POST' ? { body: { data: { text: 'hello' } } } : {}) });
    await expect(asked).rejects.toThrow(`writes may go to the API's origin ${ORIGIN} alone: ${FOREIGN[0]}`);
    expect(sent).toEqual([]);
  });
});
