import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BASE, TestServer } from '../test-server.ts';

// docs/live-rooms.md, verb by verb: a client that knows only GET /api and that page.

let test: TestServer;

beforeEach(async () => {
  test = await TestServer.start();
});

afterEach(() => test.close());

describe('the entry point', () => {
  it('names the groups and the session, and the caller once there is one', async () => {
    const { status, json, headers } = await test.stranger().get(`${BASE}/api`);
    expect(status).toBe(200);
    const { data, relations } = json.denormalized?.[`${BASE}/api`] ?? {};
    expect(json).toMatchObject({ id: `${BASE}/api`, status: 'success' });
    expect(data).toEqual({ name: 'Foyer', version: '1.2.3' });
    expect(Object.keys(relations ?? {})).toEqual(['rooms', 'avatars', 'products', 'session']);
    for (const name of ['etag', 'server-timing', 'foyer-seq']) expect(headers[name]).toMatch(/./);
    expect((await (await test.guest()).entry()).me).toMatch(/^https:/);
  });
});

describe('GET', () => {
  it('returns a room with all that a visit needs, each document naming the same queue', async () => {
    const { answer } = await test.stranger().lounge();
    const documents = Object.values(answer.json.denormalized ?? {});
    expect(documents.length).toBeGreaterThan(1000);
    expect(new Set(documents.map(({ updates }) => updates)).size).toBe(1);
    expect(answer.headers['cache-control']).toBe('private, no-cache');
  });

  it('answers 304 for the ETag that it gave', async () => {
    const { url, answer } = await test.stranger().lounge();
    const again = await test.stranger().get(url, { 'if-none-match': answer.headers.etag });
    expect([again.status, again.headers['foyer-seq']]).toEqual([304, answer.headers['foyer-seq']]);
  });

  it('answers 404 for what never was, 410 for what was deleted', async () => {
    const guest = await test.guest();
    expect((await guest.get(`${BASE}/api/rooms/nowhere`)).status).toBe(404);
    const { headers } = await guest.enter();
    expect((await guest.delete(headers.location)).status).toBe(204);
    expect((await guest.delete(headers.location)).status).toBe(204);
    const gone = await guest.get(headers.location);
    expect([gone.status, gone.json.status, gone.json.error]).toEqual([410, 'failure', 'gone']);
    expect(gone.headers['content-type']).toContain('application/problem+json');
  });

  it('pages groups by cursor, and filters them', async () => {
    const client = test.stranger();
    const { products } = await client.entry();
    const first = await client.get(products);
    expect(first.document.nodes).toHaveLength(100);
    const second = await client.get(String(first.document.next));
    expect(new Set([...(first.document.nodes ?? []), ...(second.document.nodes ?? [])]).size).toBe(141);
    const { avatars } = await client.entry();
    expect((await client.get(`${avatars}?name=Mi*`)).document.nodes).toHaveLength(1);
    expect((await client.get(`${avatars}?data.height=gt.3`)).document.nodes).toHaveLength(0);
    const wrong = await client.get(`${avatars}?data.colour=red`);
    expect([wrong.status, wrong.json.message]).toEqual([400, '?data.colour: no such query parameter, got "red"']);
  });
});

describe('every response', () => {
  it('carries ETag, Server-Timing with the clock, and Foyer-Seq; errors too', async () => {
    const guest = await test.guest();
    const { headers } = await guest.enter();
    const { url, answer } = await guest.lounge();
    const answers = [
      await guest.get(url),
      await guest.get(url, { 'if-none-match': answer.headers.etag }),
      await guest.get(`${BASE}/api/rooms/nowhere`),
      await guest.post(headers.location, { data: { animation: 'wave' } }),
      await guest.post(url, {}),
      await guest.request('DELETE', headers.location, { 'content-type': 'application/json' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 404, 200, 403, 204]);
    for (const { headers: each } of answers) {
      expect(each.etag).toMatch(/^(W\/)?"[^"]+"$/);
      expect(each['server-timing']).toContain(`clock;desc="${TestServer.now / 1000}.000"`);
      expect(each['foyer-seq']).toMatch(/^\d+$/);
    }
  });

  it('is 405 for a verb that documents do not support', async () => {
    const { url } = await test.stranger().lounge();
    const put = await test.stranger().request('PUT', url, {}, {});
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD, POST, DELETE']);
  });
});

describe('POST', () => {
  it('adds an edge once for one Idempotency-Key', async () => {
    const editor = await test.withRole('editor');
    const { links } = await editor.lounge();
    const { products } = await editor.entry();
    const [ref] = (await editor.get(products)).document.nodes ?? [];
    const body = { relations: { ref }, data: { position: [1, 0, 1] } };
    const before = (await editor.get(links.furniture)).document.edges?.length ?? 0;
    const key = { 'idempotency-key': 'a' };
    const [one, two] = [await editor.post(links.furniture, body, key), await editor.post(links.furniture, body, key)];
    expect([one.status, two.status, two.headers.location]).toEqual([201, 201, one.headers.location]);
    expect((await editor.get(links.furniture)).document.edges).toHaveLength(before + 1);
    expect((await editor.post(links.furniture, { ...body, data: {} }, key)).status).toBe(422);
  });

  it('adds a node with its edges in one step', async () => {
    const editor = await test.withRole('editor');
    const { avatars, products } = await editor.entry();
    const [ref] = (await editor.get(products)).document.nodes ?? [];
    const before = test.log.last();
    const made = await editor.post(avatars, {
      data: { name: 'Nora' },
      relations: { skeleton: ref },
      edges: { outfit: [{ relations: { ref } }] },
    });
    expect(made.status).toBe(201);
    expect(await test.log.last()).toBe((await before) + 1);
    expect((await editor.get(made.document.relations?.outfit ?? '')).document.edges).toHaveLength(1);
  });

  it('changes body and clothes in one step, keeps the edges that stay, and changes nothing if one of them is wrong', async () => {
    const guest = await test.guest();
    const { me, avatars } = await guest.entry();
    const models = (await guest.get(`${avatars}?data.height=gt.1`)).document.nodes?.filter(url => url !== me) ?? [];
    const worn = async (url: string) => {
      const { document } = await guest.get(url);
      const edges = (await guest.get(document.relations?.outfit ?? '')).document.edges ?? [];
      const refs = await Promise.all(edges.map(async edge => (await guest.get(edge)).document.relations?.ref ?? ''));
      return { edges, refs, skeleton: document.relations?.skeleton };
    };
    const [mine, theirs] = [await worn(me), await worn(models[3])];
    const before = await test.log.last();
    const edge = (ref: string) => ({ relations: { ref } });
    const refs = [mine.refs[0], ...theirs.refs.filter(ref => ref !== mine.refs[0])];
    const body = { data: { height: 1.6 }, relations: { skeleton: theirs.skeleton }, edges: { outfit: refs.map(edge) } };
    expect((await guest.post(me, body)).document.data?.height).toBe(1.6);
    expect(await test.log.last()).toBe(before + 1);
    const now = await worn(me);
    expect([new Set(now.refs), now.edges.includes(mine.edges[0])]).toEqual([new Set(refs), true]);
    const wrong = { edges: { outfit: [edge(refs[0]), edge(`${BASE}/api/products/none`)] } };
    expect([(await guest.post(me, wrong)).status, await worn(me)]).toEqual([422, now]);
    expect((await guest.post(me, { data: { visitor: false } })).status).toBe(403);
    expect((await guest.post(models[0], { edges: { outfit: [] } })).status).toBe(403);
    expect((await guest.delete(me)).status).toBe(403);
  });

  it('is conditional with If-Match: 412 changes nothing', async () => {
    const editor = await test.withRole('editor');
    const { url, answer } = await editor.lounge();
    const first = await editor.post(url, { data: { name: 'Hall' } }, { 'if-match': answer.headers.etag });
    expect([first.status, first.document.data?.name]).toEqual([200, 'Hall']);
    const second = await editor.post(url, { data: { name: 'Den' } }, { 'if-match': answer.headers.etag });
    expect(second.status).toBe(412);
    expect((await editor.post(url, { data: { name: 'Den' } }, { 'if-match': first.headers.etag })).status).toBe(200);
  });

  it('with edges is a 412 where somebody else added or changed an edge, but not where somebody entered', async () => {
    const editor = await test.withRole('editor');
    const { url, answer, links } = await editor.lounge();
    const { etag } = answer.headers;
    const body = { edges: { furniture: [] } };
    const [edge] = (await editor.get(links.furniture)).document.edges ?? [];
    const moved = await editor.post(edge, { data: { position: [1, 0, 1] } });
    expect(moved.status).toBe(200);
    expect((await editor.post(url, body, { 'if-match': etag })).status).toBe(412);
    const later = (await editor.get(url)).headers.etag;
    await (await test.guest()).enter();
    const ref = moved.document.relations?.ref ?? '';
    const added = await editor.post(links.furniture, { relations: { ref } });
    expect(added.status).toBe(201);
    expect((await editor.post(url, body, { 'if-match': later })).status).toBe(412);
    expect((await editor.post(url, { data: { name: 'Hall' } }, { 'if-match': later })).status).toBe(200);
    const last = (await editor.get(url)).headers.etag;
    await (await test.guest('Alma')).enter();
    const done = await editor.post(url, body, { 'if-match': last });
    expect(done.status).toBe(200);
    expect((await editor.get(links.furniture)).document.edges).toEqual([]);
    expect((await editor.post(url, body, { 'if-match': done.headers.etag })).status).toBe(200);
  });

  it('names the member that is wrong and quotes its value', async () => {
    const guest = await test.guest();
    const { headers } = await guest.enter();
    const wrong = await guest.post(headers.location, { data: { position: [1, 2] } });
    expect([wrong.status, wrong.json.message]).toEqual([422, expect.stringMatching(/data\.position.*\[1,2\]|data\.position/)]);
    expect((await guest.post(headers.location, { colour: 1 })).json.message).toBe('colour: no such member of a request, got 1');
    expect((await guest.post(headers.location, { data: { text: 'x'.repeat(70_000) } })).status).toBe(413);
  });

  it('answers 503 with Retry-After while the log cannot be written, and reads go on', async () => {
    const guest = await test.guest();
    test.log.trouble = 'disk full';
    const refused = await guest.enter();
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    expect((await guest.lounge()).answer.status).toBe(200);
  });
});

describe('rights', () => {
  it('require a token, and say which right is missing', async () => {
    const guest = await test.guest();
    const { url, links } = await guest.lounge();
    expect((await test.stranger().post(url, {})).status).toBe(401);
    const denied = await guest.post(links.furniture, {});
    expect([denied.status, denied.json.message]).toEqual([403, expect.stringContaining('"editor of the room"')]);
    expect((await test.stranger().get(url, { authorization: 'Bearer x' })).status).toBe(401);
  });

  it("let nobody change another's clothes or place", async () => {
    const [mira, theo] = [await test.guest('Mira'), await test.guest('Theo')];
    const { headers } = await mira.enter();
    const { me } = await mira.entry();
    const outfit = (await mira.get(me)).document.relations?.outfit ?? '';
    const [edge] = (await mira.get(outfit)).document.edges ?? [];
    for (const denied of [
      theo.post(edge, { data: {} }),
      theo.delete(edge),
      theo.post(headers.location, { data: { position: [1, 1, 1] } }),
      theo.delete(headers.location),
      theo.post(me, { data: { name: 'x' } }),
    ])
      expect((await denied).status).toBe(403);
    expect((await mira.post(edge, { data: { joint: 'Head' } })).status).toBe(200);
  });

  it('let a moderator mute and remove', async () => {
    const [mira, moderator] = [await test.guest(), await test.withRole('moderator')];
    const { headers } = await mira.enter();
    const { links } = await mira.lounge();
    const said = await mira.post(links.messages, { data: { text: 'hello' } });
    expect(said.status).toBe(201);
    expect((await moderator.post(headers.location, { data: { muted: true } })).status).toBe(200);
    expect((await mira.post(links.messages, { data: { text: 'again' } })).json.error).toBe('muted');
    expect((await moderator.delete(said.headers.location)).status).toBe(204);
    expect((await moderator.delete(headers.location)).status).toBe(204);
  });
});
