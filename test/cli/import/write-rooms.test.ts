import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRooms } from '../../../src/cli/import/write-rooms.ts';
import { type ReadModel, readModel } from '../../../src/import/reading/read-model.ts';
import { Gltf, png } from '../../import/gltf/build.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-rooms-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads a model again for a room in which its texture moves, and once for the others', async () => {
  const gltf = new Gltf();
  const uvs = { TEXCOORD_0: gltf.floats('VEC2', 0, 0, 1, 0, 0, 1) };
  gltf.add('nodes', { mesh: gltf.mesh({ attributes: uvs, material: gltf.painted(png(200, 200)) }) });
  writeFileSync(join(folder, 'stream.gltf'), gltf.bytes());
  const out = join(folder, 'out');
  mkdirSync(out);
  const rooms = ['a', 'b', 'c', 'd'].map((name, i) => {
    const file = join(folder, `${name}.json`);
    const furniture = [{ model: 'stream', position: [0, 0, 0] }];
    const scroll = i % 2 ? { scroll: { stream: { painted: [0, 1] } } } : {};
    writeFileSync(file, JSON.stringify({ name, models: { stream: 'stream.gltf' }, furniture, ...scroll }));
    return file;
  });
  const moving: unknown[] = [];
  const read: ReadModel = (model, options) => {
    moving.push(options?.moving);
    return readModel(model, options);
  };
  await writeRooms(rooms, out, { ktx2: false }, read);
  expect(moving).toEqual([[], ['painted']]);
  // A texture of 200 x 200 pixels gets a margin, which may not move into view.
  const files = (name: string) => readFileSync(join(out, `${name}.json`), 'utf8').match(/[\w-]+(?=\.webp")/g);
  expect(files('a')).toEqual(files('c'));
  expect(files('a')).not.toEqual(files('b'));
  expect(files('b')).toEqual(files('d'));
});
