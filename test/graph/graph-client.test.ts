import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FormatError, LoadError } from '../../src/core/errors.ts';
import { node } from '../../src/graph/documents.ts';
import { GraphClient } from '../../src/graph/graph-client.ts';
import type { GraphLimits } from '../../src/graph/graph-limits.ts';

const root = 'https://example.org/rooms/lounge/room.json';
const thing = node(v.object({ name: v.string() }), v.object({ parts: v.optional(v.string()) }));

/** A server of JSON responses by URL; strings go out as they are. Counts what was asked for. */
function serve(files: Record<string, unknown>, limits: Partial<GraphLimits> = {}, redirects: Record<string, string> = {}) {
  const asked: string[] = [];
  const answer = async (url: string): Promise<Uint8Array> => {
    const file = files[redirects[url] ?? url];
    if (file === undefined) throw new LoadError('not found', { url, status: 404 });
    return new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file));
  };
  const graph = new GraphClient((url, { fresh }) => {
    asked.push(fresh ? `${url} fresh` : url);
    return { done: answer(url), url: redirects[url] };
  }, limits);
  return { graph, asked, files };
}

const success = (id: string, denormalized: Record<string, unknown>) => ({ id, status: 'success', denormalized });
const named = (name: string, relations: object = {}) => ({ data: { name }, relations });

async function collect(members: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const member of members) all.push(member);
  return all;
}

describe('GraphClient', () => {
  it('reads a static room: one file, documents named by fragments, links relative to it', async () => {
    const { graph, asked } = serve({
      [root]: success('room.json', {
        'room.json': named('lounge', { parts: 'room.json#parts' }),
        'room.json#parts': { nodes: ['#part/1', 'room.json#part/2', '../shared/lamp.json'] },
        'room.json#part/1': named('one'),
        'room.json#part/2': named('two'),
      }),
      'https://example.org/rooms/shared/lamp.json': success('/rooms/shared/lamp.json', {
        '/rooms/shared/lamp.json': named('lamp'),
      }),
    });
    const room = await graph.get(root, thing);
    expect(room.data.name).toBe('lounge');
    expect(room.relations.parts).toBe(`${root}#parts`);
    const urls = await collect(graph.members(room.relations.parts ?? ''));
    const names = await Promise.all(urls.map(async url => (await graph.get(url, thing)).data.name));
    expect(names).toEqual(['one', 'two', 'lamp']);
    expect(asked).toEqual([root, 'https://example.org/rooms/shared/lamp.json']);
  });

  it('reads a room that was copied elsewhere, or requested with a query', async () => {
    const body = success('room.json', {
      'room.json': named('lounge', { parts: 'room.json#parts' }),
      'room.json#parts': { nodes: [] },
    });
    const at = 'https://cdn.example/copy/room.json?version=3';
    const { graph, asked } = serve({ [at]: body });
    expect((await graph.get(at, thing)).data.name).toBe('lounge');
    expect(await collect(graph.members('https://cdn.example/copy/room.json#parts'))).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('resolves links against the URL that a redirect led to', async () => {
    const short = 'https://example.org/room';
    const { graph, asked } = serve(
      {
        [root]: success('room.json', {
          'room.json': named('lounge', { parts: '#parts' }),
          'room.json#parts': { nodes: ['lamp.json', '#part/1'] },
          'room.json#part/1': named('one'),
        }),
        'https://example.org/rooms/lounge/lamp.json': success('lamp.json', { 'lamp.json': named('lamp') }),
      },
      {},
      { [short]: root },
    );
    expect(graph.baseOf(short)).toBe(short);
    const room = await graph.get(short, thing);
    expect(room).toMatchObject({ url: short, data: { name: 'lounge' }, relations: { parts: `${root}#parts` } });
    expect(graph.baseOf(short)).toBe(root);
    const urls = await collect(graph.members(room.relations.parts ?? ''));
    expect(await Promise.all(urls.map(async url => (await graph.get(url, thing)).data.name))).toEqual(['lamp', 'one']);
    expect(asked).toEqual([short, 'https://example.org/rooms/lounge/lamp.json']);
  });

  it('finds the documents of a redirected file by the fragments of its old URL', async () => {
    const other = 'https://cdn.example/v2/things.json';
    const { graph, asked } = serve(
      {
        [root]: success('room.json', { 'room.json': named('lounge', { parts: 'things.json#parts' }) }),
        [other]: success('things.json', { '#parts': { nodes: ['#one'] }, '#one': named('one') }),
      },
      {},
      { 'https://example.org/rooms/lounge/things.json': other },
    );
    const { parts = '' } = (await graph.get(root, thing)).relations;
    expect(parts).toBe('https://example.org/rooms/lounge/things.json#parts');
    expect(await collect(graph.members(parts))).toEqual([`${other}#one`]);
    expect((await graph.get('https://example.org/rooms/lounge/things.json#one', thing)).data.name).toBe('one');
    expect(asked).toHaveLength(2);
  });

  describe('a room behind a short address', () => {
    const short = 'https://example.org/room';
    function open() {
      const served = serve(
        { [root]: success('room.json', { 'room.json': { ...named('lounge'), updates: 'news' } }) },
        {},
        { [short]: root },
      );
      const news: (readonly string[])[] = [];
      served.graph.events.on('stale', ({ urls }) => news.push(urls));
      return { ...served, news };
    }

    it('changes with news that name its own URL, which report both', async () => {
      const { graph, asked, news } = open();
      await graph.get(short, thing);
      graph.take([root], { [root]: named('changed') }, root);
      expect((await graph.get(short, thing)).data.name).toBe('changed');
      expect(news).toEqual([[root, short]]);
      expect(asked).toEqual([short]);
      graph.take([root], {}, root);
      expect((await graph.get(short, thing)).data.name).toBe('lounge');
      expect(asked).toEqual([short, `${short} fresh`]);
    });

    it('is requested again when it is stale by its short address, or all is', async () => {
      const { graph, asked, news } = open();
      for (const makeStale of [() => graph.invalidate(short), () => graph.reset()]) {
        expect((await graph.get(short, thing)).url).toBe(short);
        expect((await graph.get(root, thing)).url).toBe(root);
        makeStale();
      }
      await graph.get(short, thing);
      expect(asked).toEqual([short, `${short} fresh`, `${short} fresh`]);
      expect(news.map(urls => [...urls].sort())).toEqual([
        [short, root],
        [short, root],
      ]);
    });

    it('is requested again after it was forgotten, and names its queue again', async () => {
      const { graph, asked } = open();
      await graph.get(short, thing);
      graph.forget([short]);
      expect(graph.queues).toEqual([]);
      await graph.get(short, thing);
      expect(graph.queues).toHaveLength(1);
      expect(asked).toEqual([short, `${short} fresh`]);
    });

    it('has its queue of updates beside the file', async () => {
      const { graph } = open();
      expect((await graph.get(short, thing)).updates).toBe('https://example.org/rooms/lounge/news');
      expect(graph.queues).toEqual(['https://example.org/rooms/lounge/news']);
    });
  });

  it('requests a file once for two callers, and again after a failure', async () => {
    const { graph, asked, files } = serve({});
    const both = await Promise.allSettled([graph.get(root, thing), graph.get(root, thing)]);
    expect(both.map(b => b.status)).toEqual(['rejected', 'rejected']);
    expect(asked).toHaveLength(1);
    files[root] = success('room.json', { 'room.json': named('back') });
    expect((await graph.get(root, thing)).data.name).toBe('back');
  });

  it("reports the server's message of a failure", async () => {
    const { graph } = serve({ [root]: { id: root, status: 'failure', error: 'gone', message: 'The room was closed.' } });
    const error = await graph.get(root, thing).catch(e => e);
    expect(error).toBeInstanceOf(LoadError);
    expect(error.message).toContain('gone (The room was closed.)');
    expect(error.url).toBe(root);
  });

  it('says what to do with a room description', async () => {
    const { graph } = serve({ [root]: { name: 'By hand', models: {}, furniture: [] } });
    await expect(graph.get(root, thing)).rejects.toThrow(/run "foyer room" on it first/);
  });

  it('a wrong document is an error for itself only, and says where and what', async () => {
    const { graph } = serve({
      [root]: success(root, { [`${root}#good`]: named('good'), [`${root}#bad`]: { data: { name: 7 }, relations: {} } }),
    });
    const error = await graph.get(`${root}#bad`, thing).catch(e => e);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ url: `${root}#bad`, at: 'data.name', value: 7 });
    expect((await graph.get(`${root}#good`, thing)).data.name).toBe('good');
  });

  it('requests a file only once however many documents it lacks', async () => {
    const { graph, asked } = serve({ [root]: success(root, {}) });
    for (let i = 0; i < 5; i++) await expect(graph.get(`${root}#${i}`, thing)).rejects.toBeInstanceOf(FormatError);
    expect(asked).toHaveLength(1);
  });

  it('follows pages, each member once', async () => {
    const { graph } = serve({
      [root]: success(root, { [root]: { edges: ['#a', '#b', '#a'], next: '?page=2' } }),
      [`${root}?page=2`]: success(`${root}?page=2`, { '?page=2': { edges: ['#c', `${root}#b`] } }),
    });
    expect(await collect(graph.members(root))).toEqual([`${root}#a`, `${root}#b`, `${root}?page=2#c`]);
  });

  it.each([
    ['a circle of pages', { '#p': { nodes: ['#a'], next: '#p' } }, 'circle'],
    ['a second page that is wrong', { '#p': { nodes: ['#a'], next: '#q' }, '#q': { nodes: 'all' } }, 'group'],
    ['a link that is no URL', { '#p': { nodes: ['#a', 'http://'] } }, 'URL'],
    ['a link that runs code', { '#p': { nodes: ['#a', 'javascript:alert(1)'] } }, 'javascript'],
  ])('%s: what came before is given out, then an error', async (_, denormalized, message) => {
    const { graph } = serve({ [root]: success(root, denormalized) });
    const got: string[] = [];
    const error = await (async () => {
      for await (const member of graph.members(`${root}#p`)) got.push(member);
    })().catch(e => e);
    expect(got).toEqual([`${root}#a`]);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain(message);
  });

  it('stops at its limits of pages, members, documents, bytes and responses', async () => {
    const endless = new GraphClient(
      url => {
        const page = Number(new URL(url).searchParams.get('page') ?? 0);
        const answer = success(url, { [url]: { nodes: [`#${page}`], next: `?page=${page + 1}` } });
        return { done: Promise.resolve(new TextEncoder().encode(JSON.stringify(answer))) };
      },
      { pages: 20 },
    );
    await expect(collect(endless.members(root))).rejects.toThrow('more than 20 pages');

    const many = { '#p': { nodes: Array.from({ length: 40 }, (_, i) => `#${i}`) } };
    const members = serve({ [root]: success(root, many) }, { members: 30 });
    await expect(collect(members.graph.members(`${root}#p`))).rejects.toThrow('more than 30 members');

    const documents = serve({ [root]: success(root, { '#1': {}, '#2': {}, '#3': {} }) }, { documents: 2 });
    await expect(documents.graph.get(`${root}#1`, thing)).rejects.toThrow('more than 2 documents');

    const bytes = serve({ [root]: ' '.repeat(101) }, { responseBytes: 100 });
    await expect(bytes.graph.get(root, thing)).rejects.toThrow('more than 100 bytes');

    const responses = serve({}, { responses: 3 });
    for (let i = 0; i < 3; i++) await expect(responses.graph.get(`${root}?${i}`, thing)).rejects.toThrow('404');
    await expect(responses.graph.get(`${root}?4`, thing)).rejects.toThrow('more than 3 responses');
  });

  it.each([
    ['no JSON', '{"id":'],
    ['not UTF-8', '\ud800'],
    ['null', 'null'],
    ['an array', '[]'],
    ['no status', '{"id":"x"}'],
    ['a list for denormalized', '{"status":"success","denormalized":[]}'],
  ])('a response that is %s is a FormatError with the URL', async (_, body) => {
    const { graph } = serve({ [root]: body });
    await expect(graph.get(root, thing)).rejects.toMatchObject({ name: 'FormatError', url: root });
  });

  it('fails only by FormatError or LoadError, whatever JSON arrives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), fc.webPath(), async (anything, document, path) => {
        const body = success(path, { [path]: document, __proto__: document, '#p': anything, '': anything });
        for (const response of [anything, body]) {
          const { graph } = serve({ [root]: JSON.stringify(response) });
          for (const attempt of [graph.get(root, thing), graph.get(`${root}#p`, thing), collect(graph.members(`${root}#p`))]) {
            const error = await attempt.then(
              () => undefined,
              e => e,
            );
            if (error !== undefined && !(error instanceof FormatError || error instanceof LoadError)) throw error;
          }
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('keys that look like prototypes are only keys', async () => {
    const { graph } = serve({ [root]: `{"status":"success","denormalized":{"__proto__":{"data":{"name":"p"},"relations":{}}}}` });
    expect((await graph.get('https://example.org/rooms/lounge/__proto__', thing).catch(e => e)).message).toContain('404');
    await expect(graph.get(root, thing)).rejects.toBeInstanceOf(FormatError);
    expect(({} as { data?: unknown }).data).toBeUndefined();
  });
});

describe('invalidation', () => {
  const versions = () =>
    serve({ [root]: success(root, { [root]: { ...named('old'), updates: '/queues/7' }, '#part': named('part') }) });

  it('an update of its queue makes a document stale; it alone is requested again', async () => {
    const { graph, asked, files } = versions();
    await graph.get(root, thing);
    expect(graph.queues).toEqual(['https://example.org/queues/7']);
    const stale: (readonly string[])[] = [];
    graph.events.on('stale', ({ urls }) => stale.push(urls));
    files[root] = success(root, { [root]: named('new') });
    graph.update('https://example.org/queues/7');
    graph.update('https://example.org/queues/8');
    expect(stale).toEqual([[root]]);
    expect((await graph.get(`${root}#part`, thing)).data.name).toBe('part');
    expect((await graph.get(root, thing)).data.name).toBe('new');
    expect(asked).toEqual([root, `${root} fresh`]);
  });

  it('forgets the update queues of guests who left, and reports it; a guest who comes back is requested again', async () => {
    const guest = (i: number) => `https://example.org/guests/${i}`;
    const { graph, asked, files } = serve({});
    const gone: string[] = [];
    graph.events.on('queueGone', ({ url }) => gone.push(url));
    files[root] = success(root, { [root]: { ...named('room'), updates: '/queue' } });
    await graph.get(root, thing);
    for (let i = 0; i < 5000; i++) {
      files[guest(i)] = success(guest(i), { [guest(i)]: { ...named(`guest ${i}`), updates: `/queue/${i}` } });
      await graph.get(guest(i), thing);
      if (i > 0) graph.forget([guest(i - 1)]);
    }
    expect(graph.queues).toEqual(['https://example.org/queue', 'https://example.org/queue/4999']);
    expect(gone).toHaveLength(4999);
    // Nobody said meanwhile whether it is true.
    expect((await graph.get(guest(7), thing)).data.name).toBe('guest 7');
    expect(asked.at(-1)).toBe(`${guest(7)} fresh`);
    expect(graph.queues).toHaveLength(3);
    // What is still held needs no request.
    const before = asked.length;
    await Promise.all([graph.get(root, thing), graph.get(guest(4999), thing)]);
    expect(asked).toHaveLength(before);
  });

  it('one queue makes 200,000 documents stale', async () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `#${i}`);
    const document = { ...named('part'), updates: '/queue' };
    const text = JSON.stringify(success(root, Object.fromEntries(names.map(name => [name, document]))));
    const { graph } = serve({ [root]: text }, { documents: 300_000 });
    for (const name of names) await graph.get(root + name, thing);
    let stale = 0;
    graph.events.on('stale', ({ urls }) => {
      stale += urls.length;
    });
    graph.update('https://example.org/queue');
    expect(stale).toBe(200_000);
  });

  it('a room that changes for days never reaches the limits, and keeps nothing of its past', async () => {
    const { graph, asked, files } = serve({}, { responses: 40, documents: 40 });
    const visitor = 'https://example.org/visitors/';
    for (let day = 0; day < 500; day++) {
      files[root] = success(root, { [root]: { ...named(`day ${day}`), updates: '/queue' } });
      files[`${visitor}${day}`] = success(`${visitor}${day}`, { [`${visitor}${day}`]: named(`visitor ${day}`) });
      graph.update('https://example.org/queue');
      expect((await graph.get(root, thing)).data.name).toBe(`day ${day}`);
      expect((await graph.get(`${visitor}${day}`, thing)).data.name).toBe(`visitor ${day}`);
    }
    // Nothing of a day is asked for twice on that day.
    expect(asked).toHaveLength(1000);
    // Two are held, or asked for, a day: without the invalidations the limits hold as they do for any room.
    await expect(
      (async () => {
        for (let i = 0; i <= 40; i++) await graph.get(`${visitor}${i}`, thing);
      })(),
    ).rejects.toThrow(/more than 40/);
  });

  it('a response that was requested before an invalidation does not restore the old document', async () => {
    const answers: ((name: string) => void)[] = [];
    const graph = new GraphClient(url => ({
      done: new Promise(resolve => {
        answers.push(name => resolve(new TextEncoder().encode(JSON.stringify(success(url, { [url]: named(name) })))));
      }),
    }));
    const asked = graph.get(root, thing);
    graph.invalidate(root);
    answers[0]('old');
    await new Promise(resolve => setImmediate(resolve));
    answers[1]('new');
    expect((await asked).data.name).toBe('new');
  });
});
