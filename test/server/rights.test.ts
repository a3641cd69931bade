import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redact } from '../../src/server/operations/redact.ts';
import { SESSION_SECONDS, Tokens } from '../../src/server/rights/tokens.ts';
import { BASE, Client, TestServer } from './test-server.ts';

let test: TestServer;

beforeEach(async () => {
  test = await TestServer.start();
});

afterEach(() => test.close());

const bearer = (token: string) => new Client(test, { authorization: `Bearer ${token}` });

describe('tokens', () => {
  it('give rights in every room, or in one', async () => {
    const { tokens } = test.server.context;
    const { url, links } = await test.stranger().lounge();
    const here = bearer(await tokens.sign({ id: 'a', name: 'A', role: 'member', rooms: { [url]: 'editor' } }));
    const elsewhere = bearer(await tokens.sign({ id: 'b', name: 'B', role: 'member', rooms: { cellar: 'editor' } }));
    expect((await here.post(url, { data: { name: 'Den' } })).status).toBe(200);
    expect((await elsewhere.post(url, { data: { name: 'Den' } })).status).toBe(403);
    expect((await elsewhere.post(links.messages, { data: { text: 'hello' } })).status).toBe(201);
  });

  it('are refused when another secret signed them, when they have ended, and without a signature', async () => {
    const { url } = await test.stranger().lounge();
    const other = new Tokens({ secret: new Uint8Array(32).fill(9), now: () => TestServer.now, roomOf: () => undefined });
    const old = new Tokens({
      secret: new Uint8Array(32).fill(7),
      now: () => TestServer.now - 2 * SESSION_SECONDS * 1000,
      roomOf: () => undefined,
    });
    const claims = Buffer.from(JSON.stringify({ sub: 'a', role: 'editor' })).toString('base64url');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
    const user = { id: 'a', name: 'A', role: 'editor' as const };
    for (const token of [await other.sign(user), await old.sign(user), unsigned, 'x'])
      expect((await bearer(token).post(url, { data: { name: 'Den' } })).status).toBe(401);
  });

  it('let the hook of an embedder decide first', async () => {
    await test.close();
    test = await TestServer.start({
      authorize: (user, verb, url) => (url.endsWith('/messages') && verb === 'POST' ? false : user ? true : undefined),
    });
    const guest = await test.guest();
    const { url, links } = await guest.lounge();
    expect((await guest.post(links.messages, { data: { text: 'x' } })).status).toBe(403);
    expect((await guest.post(url, { data: { name: 'Den' } })).status).toBe(200);
    // The table lets the owner of an avatar change its height only.
    const { me } = await (await test.guest('Alma')).entry();
    const renamed = await guest.post(me, { data: { name: 'Alma Two' } });
    expect([renamed.status, renamed.document.data?.name]).toEqual([200, 'Alma Two']);
  });
});

describe('sessions', () => {
  it('are a cookie that scripts cannot read, and rename the avatar of who has one', async () => {
    const made = await test.stranger().post(`${BASE}/api/session`, { data: { name: 'Mira' } });
    // A second tab of the browser shares the cookie: it is somebody of its own by this token.
    const second = await test.stranger().get(`${BASE}/api`, { authorization: `Bearer ${made.document.data?.token}` });
    expect(second.document.relations?.me).toMatch(/^https:/);
    expect(made.headers['set-cookie']).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/);
    const guest = new Client(test, { cookie: made.headers['set-cookie'].split(';', 1)[0] });
    const { me } = await guest.entry();
    expect((await guest.post(`${BASE}/api/session`, { data: { name: 'Mirabel' } })).status).toBe(200);
    expect((await guest.get(me)).document.data?.name).toBe('Mirabel');
    expect((await guest.entry()).me).toBe(me);
    expect((await guest.delete(`${BASE}/api/session`)).headers['set-cookie']).toContain('Max-Age=0');
  });

  it('of guests end, and their avatars with them', async () => {
    await test.close();
    let wall = TestServer.now;
    test = await TestServer.start({ now: () => wall });
    const guest = await test.guest();
    const { me } = await guest.entry();
    await test.clock.advance(3_600_000);
    expect((await test.stranger().get(me)).status).toBe(200);
    wall += (SESSION_SECONDS + 1) * 1000;
    await test.clock.advance(3_600_000);
    for (let i = 0; i < 50; i++) await new Promise(resolve => setImmediate(resolve));
    expect((await test.stranger().get(me)).status).toBe(410);
  });
});

describe('logs', () => {
  it('hold no token, cookie, name or message', async () => {
    await test.close();
    let text = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    test = await TestServer.start({ logger: pino({ level: 'trace', redact: [...redact] }, stream) });
    const guest = await test.guest('Mirabel');
    await guest.enter();
    const { links } = await guest.lounge();
    await guest.post(links.messages, { data: { text: 'a secret message' } });
    await bearer('a.secret.token').get(`${BASE}/api?name=secretquery`);
    expect(text).toContain('"route":"/api/rooms/:id/:group"');
    expect(text).not.toMatch(/secret|Mirabel|foyer_session|eyJ/);
  });
});

describe('metrics', () => {
  it('count every route by its pattern, whatever URLs people make up', async () => {
    const client = test.stranger();
    await client.lounge();
    for (let i = 0; i < 20; i++) await client.get(`${BASE}/api/rooms/room-${i}?x=${i}`);
    const { headers } = await client.get(`${BASE}/healthz`);
    expect(headers['cache-control']).toBe('no-store');
    const { payload } = await test.server.app.inject({ url: '/metrics' });
    expect(payload).toMatch(/foyer_http_requests_total\{method="GET",route="\/api\/rooms\/:id",status="404"\} 20/);
    expect(payload).not.toContain('room-7');
    expect(payload).toMatch(/foyer_rooms 1\n/);
  });

  it('take what viewers measured, in few series', async () => {
    const send = (count: number) =>
      test.server.app.inject({
        method: 'POST',
        url: '/api/metrics',
        headers: { 'content-type': 'text/plain' },
        payload: JSON.stringify(
          Array.from({ length: 50 }, (_, i) => ({
            origin: 'https://x',
            route: `/made/up/${i}`,
            count,
            errors: { [`e${i}`]: 1 },
            aborted: 0,
            bytes: 10,
            latency: [count],
          })),
        ),
      });
    expect((await send(2)).statusCode).toBe(204);
    // Sums, sent again: only what was added counts.
    expect((await send(3)).statusCode).toBe(204);
    const { payload } = await test.server.app.inject({ url: '/metrics' });
    expect(payload).toContain('foyer_client_requests_total{class="other"} 150');
    expect(payload).toContain('foyer_client_errors_total{class="other",status="network"} 50');
    expect(
      (
        await test.server.app.inject({
          method: 'POST',
          url: '/api/metrics',
          headers: { 'content-type': 'text/plain' },
          payload: '{"no":1}',
        })
      ).statusCode,
    ).toBe(422);
  });

  it('say whether the log can be written', async () => {
    expect((await test.server.app.inject({ url: '/readyz' })).statusCode).toBe(200);
    test.log.trouble = 'disk full';
    expect((await test.server.app.inject({ url: '/readyz' })).statusCode).toBe(503);
    expect((await test.server.app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});
