import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { importCommand, roomCommand } from '../../../src/cli/import/import.ts';
import { systemClock } from '../../../src/core/clock.ts';

/** A triangle as glTF, its buffer in the file. */
function triangle(): Record<string, unknown> {
  const positions = Buffer.from(Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0).buffer).toString('base64');
  return {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] }],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    buffers: [{ byteLength: 36, uri: `data:application/octet-stream;base64,${positions}` }],
  };
}

const light = {
  sky: [1, 1, 1],
  ground: [1, 1, 1],
  sun: { direction: [0, 1, 0], color: [1, 1, 1] },
  background: [0, 0, 0],
};

describe('foyer import and foyer room', () => {
  let folder: string;
  let out: string[];
  let err: string[];
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), interactive: false };
  /** With a clock, models are read in a thread of their own, as by the command. */
  const threads = { ...terminal, clock: systemClock };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'foyer-'));
    [out, err] = [[], []];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const save = (name: string, json: unknown): string => {
    writeFileSync(join(folder, name), typeof json === 'string' ? json : JSON.stringify(json));
    return join(folder, name);
  };
  const target = () => join(folder, 'out');
  const importing = (...files: string[]) =>
    importCommand([...files, '--out', target(), '--no-ktx2', '--cache', join(folder, 'cache'), '--json'], terminal);

  it('writes a room and reports as JSON', async () => {
    expect(await importing(save('tri.gltf', triangle()))).toBe(0);
    expect(JSON.parse(out[0]).room.products[0]).toMatchObject({ name: 'tri', triangles: 1 });
    expect(existsSync(join(target(), 'room.json'))).toBe(true);
  });

  const broken: [string, Record<string, unknown>, RegExp][] = [
    [
      'a URL',
      { buffers: [{ byteLength: 36, uri: 'https://example.com/a.bin' }] },
      /URLs and drives are not opened, only files beside the model at buffers\[0\]\.uri/,
    ],
    [
      'a path out of the folder',
      { buffers: [{ byteLength: 36, uri: '../secret.bin' }] },
      /leads out of the model's folder.* at buffers\[0\]\.uri/,
    ],
    [
      'an escaped path out of the folder',
      { buffers: [{ byteLength: 36, uri: '%2e%2e/secret.bin' }] },
      /leads out of the model's folder/,
    ],
    [
      'a file that is not there',
      { buffers: [{ byteLength: 36, uri: 'gone.bin' }] },
      /cannot be opened \(there is no such file\) at buffers\[0\]\.uri/,
    ],
    [
      'a buffer that lies about its length',
      { buffers: [{ byteLength: 99, uri: 'data:,AAAA' }] },
      /reaches 36 bytes into a view of 4/,
    ],
    [
      'an absurd count',
      { accessors: [{ componentType: 5126, count: 4e9, type: 'VEC3' }] },
      /accessors\[0\]\.count, got 4000000000/,
    ],
    ['a cycle', { nodes: [{ mesh: 0, children: [1] }, { children: [0] }] }, /its own ancestor at nodes\[/],
    ['an index that is out of range', { nodes: [{ mesh: 7 }] }, /nodes\[0\]\.mesh, got 7/],
    ['an accessor past its view', { bufferViews: [{ buffer: 0, byteLength: 12 }] }, /reaches 36 bytes into a view of 12/],
    ['nothing to draw', { nodes: [{}] }, /nothing to draw/],
  ];
  it.each(broken)('%s: exit code 1, a message with file and place, nothing written', async (_, change, message) => {
    const file = save('bad.gltf', { ...triangle(), ...change });
    expect(await importing(file)).toBe(1);
    expect(err).toEqual([expect.stringMatching(message)]);
    expect(err[0]).toContain('bad.gltf');
    expect(out).toEqual([]);
    expect(readdirSync(folder)).toEqual(['bad.gltf']);
  });

  it.each(broken)('%s, among others: it is reported, and the room is written with the rest', async (_, change, message) => {
    const files = [save('a.gltf', triangle()), save('bad.gltf', { ...triangle(), ...change }), save('b.gltf', triangle())];
    expect(await importing(...files)).toBe(1);
    expect(err).toEqual([expect.stringMatching(message), 'foyer: 1 input is left out; the room is written with 2 models']);
    const { models, errors } = JSON.parse(out[0]);
    expect(models.map((m: { name: string }) => m.name)).toEqual(['a', 'b']);
    expect(errors).toEqual([{ file: files[1], message: expect.stringMatching(message) }]);
    const { denormalized } = JSON.parse(readFileSync(join(target(), 'room.json'), 'utf8'));
    expect(denormalized['room.json#furniture/1'].data).toBeDefined();
  });

  it('a folder and an archive with unreadable models become a room of the others, each time until they are mended', async () => {
    mkdirSync(join(folder, 'pack'));
    save('pack/chair.gltf', triangle());
    save('pack/table.gltf', '{');
    const inner = Object.fromEntries([
      ['lamp.gltf', Buffer.from(JSON.stringify(triangle()))],
      ['bed.glb', Buffer.from('glTF')],
    ]);
    writeFileSync(join(folder, 'more.zip'), zipSync(inner));
    const args = [join(folder, 'pack'), join(folder, 'more.zip'), join(folder, 'gone.zip')];
    for (let time = 0; time < 2; time++) {
      err.length = 0;
      out.length = 0;
      expect(await importing(...args)).toBe(1);
      expect(JSON.parse(out[0]).models.map((m: { name: string }) => m.name)).toEqual(['chair', 'lamp']);
      expect(err.filter(line => !line.includes('will be replaced'))).toEqual([
        expect.stringMatching(/^foyer: the file cannot be opened \(there is no such file\).*gone\.zip$/),
        expect.stringMatching(/^foyer: .*pack\/table\.gltf$/),
        expect.stringMatching(/^foyer: .*more\.zip\/bed\.glb$/),
        'foyer: 3 inputs are left out; the room is written with 2 models',
      ]);
    }
    save('pack/table.gltf', triangle());
    expect(await importing(join(folder, 'pack'))).toBe(0);
  });

  it('--strict, or no readable model: every error, and nothing is written', async () => {
    const [good, bad] = [save('good.gltf', triangle()), save('bad.gltf', '{')];
    expect(await importing(good, bad, '--strict')).toBe(1);
    expect(err).toEqual([expect.stringMatching(/^foyer: .*bad\.gltf$/)]);
    expect(await importing(good, bad, join(folder, 'gone.glb'), '--strict')).toBe(1);
    expect(err.slice(1)).toEqual([
      err[0],
      expect.stringMatching(/^foyer: .*gone\.glb$/),
      'foyer: --strict: one model that cannot be imported refuses all; nothing is written',
    ]);
    err.length = 0;
    expect(await importing(bad, join(folder, 'gone.glb'))).toBe(1);
    expect(err).toHaveLength(3);
    expect(err[2]).toBe('foyer: no model can be imported; nothing is written');
    expect(existsSync(target())).toBe(false);
    expect(out).toEqual([]);
  });

  it.each([
    ['a device by its path', '/dev/zero', /an absolute path is not opened/],
    ['a device by a link', 'zero.bin', /a symbolic link that leads out/],
    ['its own folder', '.', /leads out of the model's folder/],
  ])('%s is not read, not even to see whether it has changed', async (_, uri, message) => {
    symlinkSync('/dev/zero', join(folder, 'zero.bin'));
    expect(await importing(save('bad.gltf', { ...triangle(), buffers: [{ byteLength: 36, uri }] }))).toBe(1);
    expect(err[0]).toMatch(message);
    expect(await importing(join(folder, 'zero.bin'))).toBe(1);
    expect(err[1]).toMatch(/no reader for this kind of file/);
  });

  it('explains what to do with a URL in place of a file', async () => {
    expect(await importing('https://example.com/chair.glb')).toBe(1);
    expect(err[0]).toMatch(/URLs are not opened: bring the model to this disk first at file name, got "https:/);
  });

  it('removes control characters from names in a model', async () => {
    const json = triangle();
    Object.assign((json.meshes as object[])[0], {
      name: '\u001b]0;owned\u0007',
      primitives: [{ attributes: { POSITION: 0 }, mode: 0 }, { attributes: { POSITION: 0 } }],
    });
    expect(
      await importCommand([save('odd.gltf', json), '--out', target(), '--no-ktx2', '--cache', join(folder, 'cache')], terminal),
    ).toBe(0);
    expect(out[0]).toMatch(/warning: odd: mesh \ufffd\]0;owned\ufffd: points are left out/);
  });

  it('reports a file whose name has a line break in one line', async () => {
    expect(await importing(save('two\nlines.gltf', {}))).toBe(1);
    expect(err).toEqual([expect.stringMatching(/^foyer: [^\n]*two lines\.gltf/)]);
  });

  it('reports every truncation of a file', async () => {
    const text = JSON.stringify(triangle());
    for (let length = 0; length < text.length; length += 37)
      expect(await importing(save('cut.gltf', text.slice(0, length)))).toBe(1);
    expect(existsSync(target())).toBe(false);
  });

  it('wrong arguments: exit code 2 and a single line', async () => {
    expect(await importCommand(['a.glb'], terminal)).toBe(2);
    expect(await importCommand(['a.glb', '--out', 'x', '--weights', '9'], terminal)).toBe(2);
    expect(await importCommand(['a.glb', '--out', 'x', '--cache', ''], terminal)).toBe(2);
    expect(await importCommand(['a.glb', '--out', 'x', '--root', ''], terminal)).toBe(2);
    expect(err).toEqual([
      'foyer: --out DIR is missing ("foyer help" lists the options)',
      'foyer: --weights takes 1 to 4, not "9" ("foyer help" lists the options)',
      'foyer: --cache takes a folder, not "" ("foyer help" lists the options)',
      'foyer: --root takes a folder, not "" ("foyer help" lists the options)',
    ]);
  });

  it('an input is never an output: exit code 2, no file is changed', async () => {
    save('tri.gltf', triangle());
    const room = save('room.json', { name: 'By hand', models: { t: 'tri.gltf' }, furniture: [{ model: 't' }] });
    const before = readFileSync(room, 'utf8');
    expect(await roomCommand([room, '--out', folder, '--no-ktx2', '--cache', join(folder, 'cache')], terminal)).toBe(2);
    expect(err[0]).toMatch(/room\.json is read, and --out .* would write over it: choose another folder/);
    expect(readFileSync(room, 'utf8')).toBe(before);
    // Neither is a file that is no room of ours.
    expect(await importCommand([join(folder, 'tri.gltf'), '--out', folder], terminal)).toBe(2);
    expect(err[1]).toMatch(/room\.json is no room that foyer wrote, and would be replaced/);
    expect(readdirSync(folder).sort()).toEqual(['room.json', 'tri.gltf']);
  });

  it('names a room that is replaced; the last line opens the new one', async () => {
    const file = save('tri.gltf', triangle());
    const command = () => importCommand([file, '--out', target(), '--no-ktx2', '--cache', join(folder, 'cache')], terminal);
    expect(await command()).toBe(0);
    expect(err).toEqual([]);
    expect(out[0].split('\n').at(-1)).toBe(`open it: foyer serve --memory --room ${join(target(), 'room.json')}`);
    vi.stubEnv('npm_lifecycle_event', 'foyer');
    expect(await command()).toBe(0);
    vi.unstubAllEnvs();
    expect(out[1].split('\n').at(-1)).toBe(`open it: npm run foyer -- serve --memory --room ${join(target(), 'room.json')}`);
    err.length = 0;
    expect(await command()).toBe(0);
    expect(err).toEqual([`${join(target(), 'room.json')} will be replaced: it holds the room "tri.gltf"`]);
  });

  it('reads a room in UTF-8 with a byte order mark, its models in a thread', async () => {
    save('tri.gltf', triangle());
    const room = save(
      'my.json',
      `\ufeff${JSON.stringify({ name: 'x', models: { t: 'tri.gltf' }, furniture: [{ model: 't' }] })}`,
    );
    expect(await roomCommand([room, '--out', target(), '--no-ktx2', '--cache', join(folder, 'cache')], threads)).toBe(0);
  });

  it('warns of a cache that cannot be written; reports an output folder that cannot, by name', async () => {
    const file = save('tri.gltf', triangle());
    const blocked = save('blocked', 'a file');
    expect(await importCommand([file, '--out', target(), '--no-ktx2', '--cache', join(blocked, 'cache')], terminal)).toBe(0);
    expect(out[0]).toMatch(/warning: the cache .*blocked.cache cannot be written \(something in its path is a file\)/);
    expect(await importCommand([file, '--out', join(blocked, 'out'), '--no-ktx2', '--cache', join(folder, 'c')], terminal)).toBe(
      1,
    );
    expect(err.join()).toMatch(/^foyer: the room cannot be written to .*blocked.out: /);
  });

  it('says in one sentence what is wrong with a name', async () => {
    const file = save('tri.gltf', triangle());
    const circle = join(folder, 'circle.gltf');
    symlinkSync('circle.gltf', circle);
    const lost = join(folder, 'lost.gltf');
    const options = ['--out', target(), '--no-ktx2', '--cache', join(folder, 'cache')];
    for (const [args, code, message] of [
      [[lost], 1, `foyer: the file cannot be opened (there is no such file): ${lost}`],
      [[circle], 1, `foyer: the file cannot be opened (its links lead in a circle): ${circle}`],
      [[''], 2, 'foyer: a file has an empty name ("foyer help" lists the options)'],
      [[file, '--root', join(folder, 'nowhere')], 2, `foyer: --root ${join(folder, 'nowhere')} is no folder`],
    ] as const) {
      err.length = 0;
      expect(await importCommand([...args, ...options], terminal)).toBe(code);
      expect(err).toEqual([message]);
    }
    expect(await roomCommand([lost, ...options], terminal)).toBe(1);
    expect(err[1]).toBe(`foyer: the room cannot be read (there is no such file): ${lost}`);
    expect(existsSync(target())).toBe(false);
  });

  it('names the folder to which an archive cannot be unpacked', async () => {
    const zip = save('pack.zip', 'an archive');
    const before = process.env.TMPDIR;
    process.env.TMPDIR = join(folder, 'nowhere');
    try {
      expect(await importCommand([zip, '--out', target(), '--no-ktx2', '--cache', join(folder, 'cache')], terminal)).toBe(1);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    expect(err.join()).toMatch(/pack\.zip cannot be unpacked to .*nowhere: no folder can be made there/);
  });

  it('two simultaneous imports into one folder both write complete rooms', async () => {
    const files = ['a.gltf', 'b.gltf'].map((name, i) => {
      const json = triangle();
      return save(name, { ...json, nodes: [{ mesh: 0, scale: [i + 1, 1, 1] }] });
    });
    const { importModels } = await import('../../../src/import/import-models.ts');
    await Promise.all(files.map((f, i) => importModels([f], target(), { ktx2: false, document: `${i}.json` })));
    for (const document of ['0.json', '1.json']) {
      const text = readFileSync(join(target(), document), 'utf8');
      for (const [url] of text.matchAll(/resources\/[0-9a-f]+\.\w+/g)) expect(existsSync(join(target(), url)), url).toBe(true);
    }
    expect(readdirSync(target()).sort()).toEqual(['0.json', '1.json', 'resources']);
  });

  it('makes one product of a model that a room uses twice', async () => {
    save('tri.gltf', triangle());
    const room = save('my.json', {
      name: 'My room',
      models: { t: 'tri.gltf' },
      furniture: [{ model: 't' }, { model: 't', position: [1, 0, 0], turn: 90, scale: 2 }],
    });
    expect(await roomCommand([room, '--out', target(), '--no-ktx2', '--cache', join(folder, 'cache')], terminal)).toBe(0);
    const all = JSON.parse(readFileSync(join(target(), 'room.json'), 'utf8')).denormalized;
    expect(all['room.json#furniture/1'].data).toMatchObject({ position: [1, 0, 0], scale: 2 });
    expect(all['room.json#furniture/0'].relations.ref).toBe(all['room.json#furniture/1'].relations.ref);
  });

  it('--bake puts light into the vertex colours and reports it; invalid rays are rejected', async () => {
    save('tri.gltf', triangle());
    const room = save('my.json', { name: 'x', models: { t: 'tri.gltf' }, floor: { size: [2, 2] }, furniture: [{ model: 't' }] });
    const bake = (...more: string[]) => roomCommand([room, '--out', target(), '--no-ktx2', '--bake', ...more], terminal);
    expect(await bake('--rays', '8', '--json')).toBe(0);
    const report = JSON.parse(out[0]).rooms[0];
    expect(report.bake.rays).toBeGreaterThan(8 * report.bake.vertices);
    expect(report.products.map((p: { name: string }) => p.name)).toEqual(['floor', 'tri']);
    expect(await bake('--rays', '5')).toBe(2);
    expect(err[0]).toMatch(/--rays takes 8 to 1024, not "5"/);
  });

  const mistakes: [string, unknown, RegExp][] = [
    [
      'a model out of the folder',
      { models: { t: '../tri.gltf' }, furniture: [{ model: 't' }] },
      /models\.t, got "\.\.\/tri\.gltf"/,
    ],
    [
      'a model whose file is not there',
      { models: { t: 'gone.glb' }, furniture: [{ model: 't' }] },
      /the model cannot be opened \(there is no such file\) at models\.t, got "gone\.glb"/,
    ],
    [
      'a model that is not there',
      { furniture: [{ model: 'u' }] },
      /no such model, did you mean "t"\? \(there are: t\) at furniture\[0\]\.model, got "u"/,
    ],
    ['half a position', { furniture: [{ model: 't', position: [1, 2] }] }, /furniture\.0\.position/],
    ['a typing error', { furnitures: [] }, /furnitures/],
    [
      'nothing 0 times as large',
      { furniture: [{ model: 't', scale: 0 }] },
      /furniture\[0\]\.scale: nothing is 0 times as large, got 0/,
    ],
    [
      'a thing that stands on itself',
      { furniture: [{ model: 't', name: 'a', at: 'a' }] },
      /above it.*furniture\[0\]\.at, got "a"/,
    ],
    ['dark light', { light: { ...light, sky: [-1, 0, 0] } }, /light\.sky\[0\]: >=0 is expected, got -1/],
    [
      'a sun from nowhere',
      { light: { ...light, sun: { direction: [0, 0, 0], color: [1, 1, 1] } } },
      /light\.sun\.direction: a direction has a length, got \[0,0,0\]/,
    ],
    [
      'fog that ends before it begins',
      { light: { ...light, fog: { color: [1, 1, 1], near: 9, far: 3 } } },
      /far\) behind.*light\.fog/,
    ],
    ['furniture that should walk', { avatars: [{ model: 't' }] }, /stands under "furniture" at avatars\[0\]\.model/],
  ];
  it.each(mistakes)('a room with %s: the error names the field', async (_, change, message) => {
    save('tri.gltf', triangle());
    const room = save('my.json', { name: 'x', models: { t: 'tri.gltf' }, ...(change as object) });
    expect(await roomCommand([room, '--out', target(), '--no-ktx2'], terminal)).toBe(1);
    expect(err[0]).toMatch(message);
    expect(err[0]).toContain('my.json');
    expect(existsSync(target())).toBe(false);
  });

  const example = (name: string) => resolve(import.meta.dirname, '../../../docs/examples/room', name);

  it('the rooms of docs/examples share one store: figures sit, walk in a hat and borrow a clip', async () => {
    const rooms = [example('evening.json'), example('morning.json')];
    const cache = join(folder, 'cache');
    expect(await roomCommand([...rooms, '--out', target(), '--cache', cache, '--json'], terminal)).toBe(0);
    const [evening, morning] = ['evening', 'morning'].map(name => {
      const { denormalized } = JSON.parse(readFileSync(join(target(), `${name}.json`), 'utf8'));
      return (path: string) => denormalized[`${name}.json#${path}`];
    });
    // On the sofa, which is turned by 20 degrees.
    const [x, , z] = evening('avatars/0').data.position;
    expect([x, z].map(n => +n.toFixed(3))).toEqual([-1.342, -0.969]);
    expect(evening('avatars/2').data).toMatchObject({ name: 'Cy', animation: 'Walk' });
    const worn = Object.keys(JSON.parse(readFileSync(join(target(), 'evening.json'), 'utf8')).denormalized).filter(key =>
      /avatar\/\d+\/outfit\/\d+$/.test(key),
    );
    expect(worn).toHaveLength(4);
    expect(morning('furniture/0').data.name).toBe('floor');
    const both = JSON.parse(out[0]).rooms.reduce((sum: number, r: { resources: number }) => sum + r.resources, 0);
    expect(readdirSync(join(target(), 'resources')).length).toBeLessThan(both);
  });

  it('lists the existing clips and joints where one is missing', async () => {
    for (const name of readdirSync(example('models'))) save(name, readFileSync(join(example('models'), name), 'utf8'));
    const models = { ada: 'grown-up.gltf', cy: 'child.gltf', hat: 'hat.gltf' };
    const write = (avatars: unknown) =>
      roomCommand([save('my.json', { name: 'x', models, avatars }), '--out', target()], terminal);
    expect(await write([{ model: 'cy', animation: 'Walk' }])).toBe(1);
    expect(await write([{ model: 'cy', animation: 'Fly' }, { model: 'ada' }])).toBe(1);
    expect(await write([{ model: 'ada', outfit: [{ model: 'hat', joint: 'tail' }] }])).toBe(1);
    expect(await write([{ model: 'ada', outfit: ['hat'] }])).toBe(1);
    expect(err[0]).toMatch(/no such clip \(there are: Rest\) at avatars\[0\]\.animation, got "Walk"/);
    expect(err[1]).toMatch(/there are: Rest, Walk, Idle, Sit\)/);
    expect(err[2]).toMatch(/no such joint \(there are: hips,.*at avatars\[0\]\.outfit\[0\]\.joint, got "tail"/);
    expect(err[3]).toMatch(/name one at avatars\[0\]\.outfit\[0\]\.joint/);
  });

  it('rejects two rooms of one name, which would be one file', async () => {
    expect(await roomCommand(['a/room.json', 'b/room.json', '--out', target()], terminal)).toBe(1);
    expect(err[0]).toMatch(/two rooms are called "room.json"/);
  });
});
