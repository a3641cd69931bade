import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { avatarOf } from '../../../src/server/rights/user.ts';
import { BASE, type Client, TestServer } from '../test-server.ts';

// Requests from people who mean harm. DRILLS=long makes 10,000 of them.

const REQUESTS = process.env.DRILLS === 'long' ? 10_000 : 1500;

let test: TestServer;

beforeEach(async () => {
  test = await TestServer.start();
});

afterEach(() => test.close());

const junk = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.constantFrom(
    '{"__proto__":{"admin":true}}',
    '{"data":{"constructor":1}}',
    '[',
    '{"data":null}',
    '{"relations":{"ref":"javascript:alert(1)"}}',
    '[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]',
  ),
  fc
    .record({
      data: fc.dictionary(
        fc.constantFrom('name', 'position', 'path', 'text', 'muted', 'start', 'toString', '__proto__'),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    })
    .map(v => JSON.stringify(v)),
  fc
    .record({
      relations: fc.dictionary(
        fc.constantFrom('ref', 'skeleton', 'outfit'),
        fc.oneof(fc.webUrl(), fc.constantFrom(`${BASE}/api/avatars/x`, 'file:///etc/passwd', `${BASE}/resources/../secret`)),
      ),
    })
    .map(v => JSON.stringify(v)),
);

const headerValue = fc.oneof(
  fc.string({ maxLength: 40 }).map(s => s.replace(/[^\x20-\x7e]/g, '?')),
  fc.constantFrom('"0.x"', '*', 'bytes=0-', 'Bearer x.y.z', '999999999999999999', '-1', 'x'.repeat(5000)),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'if-match',
    'if-none-match',
    'idempotency-key',
    'last-event-id',
    'foyer-size',
    'accept',
    'accept-encoding',
    'range',
    'x-forwarded-for',
    'origin',
  ),
  headerValue,
  { maxKeys: 3 },
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .dictionary(
      fc.constantFrom('name', 'cursor', 'limit', 'after', 'data.height', 'relations.ref', '__proto__'),
      fc.string({ maxLength: 20 }),
      { maxKeys: 2 },
    )
    .map(v => `?${new URLSearchParams(v)}`),
);

describe('hostile requests', () => {
  it(`${REQUESTS} seeded mutations: no 500, nothing changed that may not be`, async () => {
    const guest = await test.guest('Mallory');
    const entered = await guest.enter();
    const session = (await guest.entry()).me;
    const known = await urlsOf(guest, entered.headers.location);
    const path = fc.oneof(
      fc.constantFrom(...known.map(url => url.replace(BASE, ''))),
      fc.constantFrom(
        '/api',
        '/api/session',
        '/api/rooms/%2e%2e/x',
        '/api/updates/room/nowhere',
        '/api/avatars/__proto__',
        '/resources/..%2fsecret',
        '/api/publications/lounge',
        '/metrics',
        '/stats.json',
        '/api/metrics',
        '/api/rooms/lounge/toString',
        '/api/snapshots/room/x',
      ),
      fc.webPath().map(p => `/api${p}`),
    );
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'PATCH', 'OPTIONS'),
      path,
      query,
      headers,
      body: fc.option(junk, { nil: undefined }),
      type: fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=x'),
      signed: fc.boolean(),
    });
    const before = (await test.log.last()) + 0;
    const { cookie } = guest;
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path: at, query: search, headers: more, body, type, signed }) => {
        // A stream does not end by itself.
        if (method === 'GET' && /^\/api\/updates\/(lobby|room\/lounge)/.test(at)) return;
        const options: InjectOptions = {
          method: method as 'GET',
          url: at + search,
          headers: { ...more, ...(signed ? { cookie } : {}), ...(body === undefined ? {} : { 'content-type': type }) },
        };
        if (body !== undefined) options.payload = body;
        const response = await test.server.app.inject(options);
        expect(response.statusCode, `${method} ${at}${search} ${body}`).not.toBe(500);
        expect(response.body).not.toMatch(/node_modules|\.ts:\d/);
        if (response.statusCode >= 400 && method !== 'HEAD') expect(response.json().status).toBe('failure');
      }),
      { numRuns: REQUESTS, seed: 20_261_128, interruptAfterTimeLimit: 550_000, markInterruptAsFailure: true },
    );
    const own = session.replace(`${BASE}/api/avatars/`, 'avatar/');
    const stop = new AbortController();
    const wrong: string[] = [];
    const last = await test.log.last();
    for await (const batch of test.log.follow(before, stop.signal)) {
      for (const { aggregate, change } of batch) {
        const isOwn = avatarOf({ id: change.by ?? '' }) === aggregate;
        const inRoom =
          aggregate.startsWith('room/') &&
          change.operations.every(
            o =>
              ('put' in o && /^(avatars|messages)\//.test(o.put) && ('owner' in o ? o.owner === change.by : true)) ||
              ('drop' in o && o.drop.startsWith('avatars/')),
          );
        if (!isOwn && !inRoom) wrong.push(JSON.stringify({ aggregate, change }));
      }
      if ((batch.at(-1)?.position ?? last) >= last) break;
    }
    stop.abort();
    expect(wrong).toEqual([]);
    expect(own).toMatch(/^avatar\/u-/);
    // Nothing was kept of what was refused.
    expect(test.server.context.documents.size).toBeLessThan(152 + 2 + (last - before));
  }, 600_000);

  it('are cut if they are too large or too slow', async () => {
    const url = await test.server.listen(0, '127.0.0.1');
    const large = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"data":{"name":"${'x'.repeat(70_000)}"}}`,
    });
    expect(large.status).toBe(413);
    expect(test.server.app.server.requestTimeout).toBeLessThanOrEqual(20_000);
    expect(test.server.app.server.headersTimeout).toBeLessThanOrEqual(60_000);
    // One that lies about its length is answered once, and the connection ends.
    const closed = await new Promise<string>(resolve => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
        socket.write(
          'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{',
        ),
      );
      let text = '';
      socket.on('data', data => {
        text += data;
        socket.end();
      });
      socket.on('close', () => resolve(text));
    });
    expect(closed).toMatch(/^HTTP\/1\.1 413/);
  });

  it('does not take a write with our cookie from the page of another origin', async () => {
    const guest = await test.guest();
    const { links } = await guest.lounge();
    const foreign = await guest.post(links.messages, { data: { text: 'x' } }, { origin: 'https://evil.test' });
    expect([foreign.status, foreign.json.error]).toEqual([403, 'wrong-origin']);
    expect((await guest.post(links.messages, { data: { text: 'x' } }, { origin: BASE })).status).toBe(201);
  });

  it('limits requests of one user, and says when to come back', async () => {
    await test.close();
    test = await TestServer.start({
      limits: { requests: 5, sessions: 2, streams: { perUser: 1, perAddress: 2, all: 3 }, loopDelay: 0 },
    });
    const statuses: number[] = [];
    let last = await test.stranger().get(`${BASE}/api`);
    for (let i = 0; i < 6; i++) {
      last = await test.stranger().get(`${BASE}/api`);
      statuses.push(last.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(last.json.status).toBe('failure');
  });

  it('answers no page that may frame it, sniff it, or run what it does not know', async () => {
    const { headers: got } = await test.stranger().get(`${BASE}/api`);
    expect(got['content-security-policy']).toContain("script-src 'self'");
    // Sound may come from where a room's resources do.
    expect(got['content-security-policy']).toMatch(/media-src 'self' http: https:/);
    expect(got['x-content-type-options']).toBe('nosniff');
    expect(got['x-frame-options']).toBe('SAMEORIGIN');
    expect(got['access-control-allow-origin']).toBeUndefined();
  });

  it('answers an unknown address with a page for browsers and JSON for programs, neither of which runs what it names', async () => {
    const url = `${BASE}/nothing/%3Cscript%3Ealert(1)%3C/script%3E`;
    const page = await test.server.app.inject({ url, headers: { accept: 'text/html,application/xhtml+xml' } });
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('There is nothing at this address');
    // Programs get another answer at the same address, and somebody may publish a room there.
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.body).not.toMatch(/script/i);
    const json = await test.server.app.inject({ url, headers: { accept: 'application/json' } });
    expect([json.statusCode, json.json().error]).toEqual([404, 'not-found']);
  });

  it('answers odd addresses beside a site in its own form', async () => {
    const site = mkdtempSync(join(tmpdir(), 'foyer-site-'));
    mkdirSync(join(site, 'assets'));
    writeFileSync(join(site, 'index.html'), '<!doctype html><head></head>');
    const served = await TestServer.start({ site });
    for (const [url, status] of [
      ['/assets/', 404],
      ['/assets//x', 404],
      ['/assets/..%5c..%5cx', 404],
      [`/${'a'.repeat(3000)}`, 404],
      ['/%', 400],
      ['/api/rooms/%ff', 400],
    ] as const) {
      const { statusCode, headers, body } = await served.server.app.inject({ url });
      expect([url, statusCode, headers['content-type']]).toEqual([url, status, 'application/problem+json; charset=utf-8']);
      expect(JSON.parse(body)).toMatchObject({ status: 'failure', id: url });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) });
      expect(body).not.toContain('fst-');
    }
    const editor = await served.withRole('editor');
    const { url: lounge } = await editor.lounge();
    await editor.post(lounge, { data: { name: "$& $' $` $$" } });
    // As it is on the disk now: a build while the server runs gives the scripts other names.
    writeFileSync(join(site, 'index.html'), '<!doctype html><head><title>new</title></head>');
    const { body } = await served.server.app.inject({ url: '/' });
    expect(body.match(/<\/?head>|<title>new/g)).toEqual(['<head>', '<title>new', '</head>']);
    expect(body).toContain('<meta property="og:title" content="$&#38; $&#39; $` $$" />');
    const page = await served.server.app.inject({ url: '/assets/', headers: { accept: 'text/html' } });
    expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('There is nothing at this address')]);
    await served.close();
    rmSync(site, { recursive: true, force: true });
  });

  it('keeps names and messages as the text that they are', async () => {
    const guest = await test.guest('<img src=x onerror=alert(1)>');
    const { me } = await guest.entry();
    expect((await guest.get(me)).document.data?.name).toBe('<img src=x onerror=alert(1)>');
    expect((await guest.get(me)).headers['content-type']).toContain('application/json');
  });

  it('links to nothing but our own documents and origins that are allowed', async () => {
    const editor = await test.withRole('editor');
    const { links } = await editor.lounge();
    for (const ref of [
      'javascript:alert(1)',
      'https://elsewhere.test/product',
      `${BASE}/api/rooms/lounge`,
      'file:///etc/passwd',
      '',
      7,
    ])
      expect((await editor.post(links.furniture, { relations: { ref } })).status, String(ref)).toBe(422);
  });
});

async function urlsOf(client: Client, edge: string): Promise<readonly string[]> {
  const { me, rooms, avatars, products, session } = await client.entry();
  const { url, links, answer } = await client.lounge();
  const some = Object.keys(answer.json.denormalized ?? {}).filter((_, i) => i % 40 === 0);
  const outfit = (await client.get(me)).document.relations?.outfit ?? '';
  return [
    me,
    rooms,
    avatars,
    products,
    session,
    url,
    edge,
    outfit,
    ...Object.values(links).filter(link => !link.includes('snapshots')),
    ...some,
  ];
}
