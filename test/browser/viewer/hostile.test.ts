import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import * as hostile from '../hostile-server.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

type Servers = Awaited<ReturnType<typeof hostile.serveAnswers>>;
const answers: Record<string, hostile.Answer> = {};
let bad: Servers;
let closed: Servers;
beforeAll(async () => {
  bad = await hostile.serveAnswers(answers);
  closed = await hostile.serveAnswers({ '/p.json': hostile.send('{}') }, false);
});
afterAll(async () => {
  await bad?.close();
  await closed?.close();
});

/** What stands for all that is good: a crate of the small room. */
const crate = '#product/1';

function room() {
  const rooms = new URL('/rooms-test/', server.url).href;
  const folder = inject('rooms');
  const all = hostile.smallRoom(folder, rooms);
  const documents: Record<string, unknown> = Object.fromEntries(
    Object.entries(all).map(([url, d]) => [
      url.replace('room.json', ''),
      JSON.parse(JSON.stringify(d).replaceAll('"room.json#', '"#')),
    ]),
  );
  const edges = (documents['#furniture'] as { edges: string[] }).edges;
  let count = 0;
  return {
    documents,
    /** One more thing in the room. */
    add(ref: string, data: Record<string, unknown> = {}, url = `#odd/${count++}`) {
      documents[url] = { data: { position: [count % 7, 0, -4], ...data }, relations: { ref } };
      edges.push(url);
      return url;
    },
    /** A crate, one resource of which is otherwise. */
    addCrate(kind: string, change: (resource: { data: Record<string, unknown>; relations: { ref: string } }) => void) {
      const url = `#odd-product/${count++}`;
      const resources = (documents[`${crate}/resources`] as { edges: string[] }).edges.map((edge, i) => {
        const document = structuredClone(documents[edge]) as { data: Record<string, unknown>; relations: { ref: string } };
        if (document.data.kind === kind) change(document);
        documents[`${url}/${i}`] = document;
        return `${url}/${i}`;
      });
      documents[url] = { data: { name: url }, relations: { resources: `${url}/resources` } };
      documents[`${url}/resources`] = { edges: resources };
      this.add(url);
      return url;
    },
    bytesOf(kind: string) {
      const resource = (documents[`${crate}/resources`] as { edges: string[] }).edges
        .map(edge => documents[edge] as { data: Record<string, string>; relations: { ref: string } })
        .find(({ data }) => data.kind === kind)!;
      return readFileSync(join(folder, 'small/resources', resource.relations.ref.split('/').at(-1) ?? ''));
    },
    body: () => {
      const rooted = Object.fromEntries(Object.entries(documents).map(([url, d]) => [url === '' ? '/room.json' : url, d]));
      return hostile.success(rooted);
    },
  };
}

it('each bad thing is one clear error, with URL and value; all that is good stands there', async () => {
  const r = room();
  const { origin } = bad;
  const here = new URL(origin).host;
  const elsewhere = `http://127.0.0.1:${closed.port}/p.json`;
  const expected: Record<string, string> = {};
  /** The furnishing whose document cannot be had. */
  const fails = (edge: string, message: string) => {
    expected[edge] = message;
  };
  const badResource = (
    name: string,
    kind: string,
    answer: hostile.Answer | undefined,
    data: object,
    message: string | undefined,
  ) => {
    if (answer) answers[name] = answer;
    r.addCrate(kind, e => {
      e.relations.ref = `${origin}${name}`;
      e.data = { ...e.data, ...data };
    });
    if (message !== undefined) expected[name] = message;
  };

  fails(r.add('/missing.json'), 'HTTP 404');
  answers['/page.html'] = hostile.send('<html>hello</html>', 'text/html');
  fails(r.add('/page.html'), 'a web page, not JSON');
  answers['/bomb.json'] = hostile.bomb;
  fails(r.add('/bomb.json'), `more than ${32 << 20} bytes came: ${origin}/bomb.json`);
  answers['/loop.json'] = hostile.redirect('/loop.json');
  fails(r.add('/loop.json'), 'the network failed (Failed to fetch)');
  fails(r.add(elsewhere), `another origin must send Access-Control-Allow-Origin: ${elsewhere}`);
  fails(r.add(`http://user:secret@${here}/page.html`), `holds a name and a password: //***@${here}/page.html`);
  fails(r.add('data:application/json,{}'), 'not a URL that can be followed at relations, got "data:application/json,{}"');
  fails(r.add('#product/nothing'), 'lacks the document');
  fails(r.add(crate, { position: 'here' }), 'data.position, got "here"');
  fails(r.add(crate, { rotation: [0, 0, 0, 0] }), 'got [0,0,0,0]');
  fails(r.add(crate, { scale: 0 }), 'data.scale, got 0');
  r.documents['#self'] = { data: {}, relations: { ref: '#self', resources: '#self' } };
  r.add('#self');
  expected['#self'] = 'not a node or edge group';
  r.documents['#ring'] = { edges: [`${crate}/resources/0`], next: '#ring' };
  r.documents['#ringed'] = { data: { name: 'ringed' }, relations: { resources: '#ring' } };
  r.add('#ringed');
  expected['#ring'] = 'pages run in a circle';

  const mesh = r.bytesOf('mesh');
  badResource('/gone.glb', 'mesh', undefined, { hash: 'a'.repeat(64) }, 'HTTP 404');
  badResource('/lie.glb', 'mesh', hostile.send(mesh), { hash: 'c'.repeat(64) }, 'expected cccc');
  badResource('/long.glb', 'mesh', hostile.send(mesh), { hash: 'd'.repeat(64), bytes: 12 }, 'more than the expected 12 bytes');
  badResource('/half.glb', 'mesh', hostile.half(mesh), { hash: 'e'.repeat(64) }, 'the network failed (network error)');
  const picture = async (width: number, height: number) =>
    new Uint8Array(
      await sharp({ create: { width, height, channels: 3, background: '#a52' } })
        .png()
        .toBuffer(),
    );
  const unsized = { type: 'image/png', width: undefined, height: undefined };
  const badPicture = (name: string, bytes: Uint8Array, message?: string) =>
    badResource(
      name,
      'texture',
      hostile.send(bytes, 'text/plain'),
      { ...unsized, bytes: bytes.length, hash: hostile.hashOf(bytes) },
      message,
    );
  badPicture('/5000.png', await picture(5000, 3), '1 to 4096 pixels a side, got [5000,3]');
  const zero = await picture(4, 4);
  zero.fill(0, 16, 20);
  badPicture('/0.png', zero, '1 to 4096 pixels a side, got [0,4]');

  // Odd, but good.
  badPicture('/300x200.png', await picture(300, 200));
  badPicture('/4096x1.png', await picture(4096, 1));
  r.add(crate, { scale: [-1, 2, -1] });
  r.add(crate, { name: '<img src=x onerror=alert(1)>' });
  const { edges } = r.documents['#furniture'] as { edges: string[] };
  edges.push(edges[0], edges[3]);
  const odd = '?q=ü&x=#1';
  answers['/ü 文 %.json'] = hostile.send(
    hostile.success({ [odd]: r.documents[crate], '?q=ü&x=#r': { edges: [] } }).replace(`${crate}/resources`, '?q=ü&x=#r'),
  );
  r.add(`/ü 文 %25.json${odd}`);
  answers['/old.glb'] = hostile.redirect('/new.glb');
  badResource('/old.glb', 'mesh', answers['/old.glb'], {}, undefined);
  answers['/new.glb'] = hostile.send(mesh, 'text/html');

  answers['/room.json'] = hostile.send(r.body());
  const src = `${origin}/room.json`;
  const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=${encodeURIComponent(src)}`);
  await viewer.reach('complete');
  const failed = (await viewer.events()).filter(({ type }) => type === 'resource-error');
  const told = failed.map(({ url = '', message }) => [url.slice(url.startsWith(src) ? src.length : origin.length), message]);
  const found = Object.fromEntries(told);
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [at, message] of Object.entries(expected)) expect(found[at]).toContain(message);
  expect(told).toHaveLength(Object.keys(expected).length);
  const there = await viewer.ask(v => v.session?.furniture.map(({ group }) => group.children.length > 0));
  // Each edge once. What has no mesh stands there without one: four crates, and what the odd document leads to, which has nothing.
  expect(there).toHaveLength(new Set(edges).size - Object.keys(expected).filter(at => at.startsWith('#odd/')).length);
  expect(there?.filter(shown => !shown)).toHaveLength(4 + 1 + 1);
  await viewer.close();
});

it('opens a room by a short address that redirects into another folder', async () => {
  const folder = join(inject('rooms'), 'small');
  for (const name of readdirSync(join(folder, 'resources')))
    answers[`/rooms/small/resources/${name}`] = hostile.send(
      readFileSync(join(folder, 'resources', name)),
      'application/octet-stream',
    );
  answers['/rooms/small/room.json'] = hostile.send(readFileSync(join(folder, 'room.json')));
  answers['/short'] = hostile.redirect('/rooms/small/room.json');
  const src = `${bad.origin}/short`;
  const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=${encodeURIComponent(src)}`);
  await viewer.reach('complete');
  expect((await viewer.events()).filter(({ type }) => type === 'resource-error')).toEqual([]);
  const there = await viewer.ask(v => v.session?.furniture.map(({ group }) => group.children.length > 0));
  expect(there?.length).toBeGreaterThan(0);
  expect(there).not.toContain(false);
  await viewer.close();
});
