import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { namesOfSpeakersWhoLeft } from '../../../src/live/left-speakers.ts';
import { ApiClient, type LiveFetch } from '../../../src/live/server/api-client.ts';
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

function client(token?: string, answer?: LiveFetch) {
  const sent: Sent[] = [];
  const clock = new VirtualClock();
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    sent.push({ url, init });
    const document = { data: { name: 'Mira' }, relations: { skeleton: '/s', outfit: '/o' } };
    return Response.json({ id: url, denormalized: { [url]: document } });
  };
  const api = new ApiClient({
    entry: `${ORIGIN}/api`,
    clock,
    token,
    fetch: answer ?? fetch,
    serverClock: new ServerClock(clock),
  });
  return { api, sent };
}

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, close: () => server.close() };
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

  it('a token follows no redirect, cookies and strangers do', () => {
    const { api } = client(SECRET);
    expect(api.initFor(`${ORIGIN}/api`).redirect).toBe('error');
    api.sendBy('none');
    expect(api.initFor(`${ORIGIN}/api`)).toEqual({ headers: {}, credentials: 'omit', redirect: 'follow' });
    api.sendBy('cookie');
    expect(api.initFor(`${ORIGIN}/api`)).toEqual({ headers: {}, credentials: 'include', redirect: 'follow' });
  });

  it('reach no other origin of a real server that redirects, and the error names it', async () => {
    const got: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      got.push(request.headers.authorization ?? request.headers.cookie);
      response.end('{}');
    });
    const own = await serve((_, response) => response.writeHead(307, { location: other.url }).end());
    try {
      const clock = new VirtualClock();
      const api = new ApiClient({ entry: own.url, clock, token: SECRET, serverClock: new ServerClock(clock) });
      await expect(api.ask({ url: own.url })).rejects.toThrow(
        `redirects to ${other.url}, and a token stays on its origin: ${own.url}`,
      );
      const write = api.ask({ method: 'POST', url: own.url, body: {} });
      await expect(write).rejects.toThrow('or it redirects a request that carries a token');
      expect(got).toEqual([undefined]);
    } finally {
      for (const server of [own, other]) server.close();
    }
  });

  it('follow a redirect within the origin, such as the slash that a proxy appends', async () => {
    const own = await serve(({ url, headers }, response) => {
      if (url === '/api') response.writeHead(301, { location: '/api/' }).end();
      else response.end(JSON.stringify({ denormalized: { '': { data: { sent: headers.authorization } } } }));
    });
    const clock = new VirtualClock();
    const api = new ApiClient({ entry: own.url, clock, token: SECRET, serverClock: new ServerClock(clock) });
    try {
      const { base, document } = await api.ask({ url: own.url });
      expect({ base, document }).toEqual({ base: `${own.url}/`, document: { data: { sent: `Bearer ${SECRET}` } } });
    } finally {
      own.close();
    }
  });

  it('a request that has no answer, and whose redirect cannot be learnt, fails; a cancelled one is cancelled', async () => {
    const asked: RequestInit[] = [];
    const leave = new AbortController();
    const { api } = client(SECRET, async (_, init) => {
      asked.push(init);
      if (asked.length === 4) leave.abort(new Error('left'));
      throw new TypeError('failed');
    });
    await expect(api.ask({ url: `${ORIGIN}/api` })).rejects.toThrow('the server cannot be reached, or it redirects');
    await expect(api.ask({ url: `${ORIGIN}/api`, signal: leave.signal })).rejects.toThrow('left');
    expect(asked.map(init => JSON.stringify(init).includes(SECRET))).toEqual([true, false, true, false]);
  });
});

describe('a redirected answer', () => {
  const redirected = (body: object, url: string, headers = {}): LiveFetch => {
    return async () =>
      Object.defineProperties(Response.json(body, { headers }), { url: { value: url }, redirected: { value: true } });
  };

  it('has links relative to the URL that answered', async () => {
    const body = { id: 'mira', denormalized: { mira: { data: { name: 'Mira' } } } };
    const { api } = client(undefined, redirected(body, `${ORIGIN}/v2/avatars/mira`));
    const { base, url, document, documents } = await api.ask({ url: `${ORIGIN}/api/avatars/mira` });
    expect([base, url]).toEqual([`${ORIGIN}/v2/avatars/mira`, `${ORIGIN}/v2/avatars/mira`]);
    expect(document).toEqual({ data: { name: 'Mira' } });
    expect(Object.keys(documents)).toEqual([url]);
  });

  it('may name the document by the URL that was asked for', async () => {
    const asked = `${ORIGIN}/api/avatars/mira`;
    const { api } = client(undefined, redirected({ denormalized: { [asked]: { data: {} } } }, `${ORIGIN}/v2/avatars/mira`));
    expect((await api.ask({ url: asked })).document).toEqual({ data: {} });
  });

  it('gives the location of what was made', async () => {
    const { api } = client(undefined, redirected({}, `${ORIGIN}/v2/furniture/`, { location: 'chair' }));
    expect((await api.ask({ url: `${ORIGIN}/api/furniture` })).url).toBe(`${ORIGIN}/v2/furniture/chair`);
  });
});
