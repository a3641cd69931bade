import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRoomDescription } from '../../../src/import/described-room/read-room-description.ts';
import { didYouMean, RoomFileError } from '../../../src/import/described-room/room-file-error.ts';
import { roomSchema } from '../../../src/import/described-room/room-schema.ts';
import type { SourceRoom } from '../../../src/import/model/source-model.ts';
import type { ReadOptions } from '../../../src/import/read-options.ts';
import { RunCache } from '../../../src/import/write/cache/run-cache.ts';
import { writeRoom } from '../../../src/import/write/write-room.ts';
import { Gltf } from '../gltf/build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-room-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const reading = (json: unknown) => {
  const path = join(folder, 'ROOM.json');
  writeFileSync(path, JSON.stringify(json));
  return readRoomDescription(path).catch(e => e);
};

describe('a room description', () => {
  it('tells the reader of a model which textures will move', async () => {
    const seen: unknown[] = [];
    const read = async (_: unknown, { moving }: ReadOptions = {}): Promise<never> => {
      seen.push(moving);
      throw new Error('enough');
    };
    const path = join(folder, 'ROOM.json');
    writeFileSync(join(folder, 'stream.glb'), '');
    const furniture = [{ model: 'stream', position: [0, 0, 0] }];
    writeFileSync(
      path,
      JSON.stringify({ name: 'river', models: { stream: 'stream.glb' }, furniture, scroll: { stream: { water: [0, 1] } } }),
    );
    await expect(readRoomDescription(path, read)).rejects.toThrow('enough');
    expect(seen).toEqual([['water']]);
  });

  it('reports all problems in one error, with suggestions', async () => {
    const error = await reading({
      name: 'x',
      models: {},
      furnitures: [],
      furniture: [{ mode: 'a', position: [0, 0], scale: 'x' }],
      avatars: [{ model: 'k', outfit: [{ model: 'h', joints: 'head' }] }],
      light: { sky: [1, 1, 'x'], ground: [1, 1, 1], sun: { direction: [0, 0, 0], color: [1, 1, 1] }, background: [0, 0, 0] },
    });
    expect(error).toBeInstanceOf(RoomFileError);
    expect(error.problems).toEqual([
      'light.sky[2]: number is expected, got "x"',
      'light.sun.direction: a direction has a length, got [0,0,0]',
      'furniture[0].model is missing',
      'furniture[0].position[2] is missing',
      'furniture[0].scale: (number | Array) is expected, got "x"',
      'furniture[0].mode: unknown field, did you mean "model"?',
      'avatars[0].outfit[0].joints: unknown field, did you mean "joint"?',
      'furnitures: unknown field, did you mean "furniture"?',
    ]);
    expect(error.message).toMatch(/^8 fields are wrong:\n {2}light\.sky/);
  });

  it.each([
    [{ asset: { version: '2.0' } }, 'a model, not a room: "foyer import" reads it'],
    [{ denormalized: {} }, 'a room that foyer wrote: open it with "foyer serve --memory --room"'],
  ])('%j is told as what it is', async (json, reason) => {
    expect(await reading(json)).toMatchObject({ reason });
  });

  it('rejects an empty file', async () => {
    expect(String(await reading({ name: 'x', models: {} }))).toMatch(/the room is empty: "furniture" and "avatars" list nothing/);
  });

  it('suggests the model that was probably meant', async () => {
    const error = await reading({ name: 'x', models: {}, furniture: [{ model: 'couhc' }] });
    expect(String(error)).toMatch(/no such model/);
    expect(didYouMean('couhc', ['table', 'couch'])).toBe(', did you mean "couch"?');
    expect(didYouMean('window', ['table', 'couch'])).toBe('');
  });

  it('may name its schema for editors; the published schema equals the reader’s', async () => {
    const schema = toJsonSchema(roomSchema, { errorMode: 'ignore', typeMode: 'input' });
    const published = resolve(import.meta.dirname, '../../../docs/room.schema.json');
    // WRITE_SCHEMA=1 writes it.
    const text = `${JSON.stringify({ title: 'A room for `foyer room`', ...schema }, null, 2)}\n`;
    if (process.env.WRITE_SCHEMA) writeFileSync(published, text);
    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(text));
    expect(JSON.parse(text).properties).toHaveProperty('$schema');
  });

  it('keeps the tracks of a control handle on which something hangs', async () => {
    const figure = new Gltf();
    const body = figure.add('nodes', { name: 'body', mesh: figure.mesh() });
    const handle = figure.add('nodes', { name: 'hand_CTRL' });
    const [times, moves] = [
      [0, 1],
      [0, 0, 0, 1, 0, 0],
    ];
    figure.animate(body, 'translation', times, moves);
    const { samplers } = figure.json.animations[0] as { samplers: object[] };
    figure.json.animations[0].channels = [body, handle].map(node => ({
      sampler: samplers.length - 1,
      target: { node, path: 'translation' },
    }));
    const hat = new Gltf();
    hat.add('nodes', { mesh: hat.mesh() });
    writeFileSync(join(folder, 'figure.gltf'), figure.bytes());
    writeFileSync(join(folder, 'hat.gltf'), hat.bytes());
    const { room } = await reading({
      name: 'x',
      models: { figure: 'figure.gltf', hat: 'hat.gltf' },
      avatars: [{ model: 'figure' }, { model: 'figure', outfit: [{ model: 'hat', joint: 'hand_CTRL' }] }],
    });
    const targets = (room.avatars as SourceRoom['avatars']).map(({ avatar }) => avatar.clips[0].tracks.map(t => t.target));
    expect(targets).toEqual([['body'], ['body', 'hand_CTRL']]);
  });

  it('may name a sound, which is written beside its other files and restored with them', async () => {
    const ogg = Buffer.from('OggS\0\x02 some music');
    writeFileSync(join(folder, 'rain.mp3'), ogg);
    const json = { name: 'bar', models: { box: 'box.gltf' }, sound: 'rain.mp3', furniture: [{ model: 'box' }] };
    const box = new Gltf();
    box.add('nodes', { mesh: box.mesh() });
    writeFileSync(join(folder, 'box.gltf'), box.bytes());
    const { room } = await reading(json);
    expect(room.sound.type).toBe('audio/ogg');
    const out = join(folder, 'out');
    const report = await writeRoom(room, out);
    expect(report.bytes.sound).toBe(ogg.byteLength);
    const { relations } = JSON.parse(readFileSync(join(out, 'room.json'), 'utf8')).denormalized['room.json'];
    expect(relations.sound).toMatch(/^resources\/[0-9a-f]{20}\.ogg$/);
    expect(readFileSync(join(out, relations.sound))).toEqual(ogg);
    const runs = new RunCache(join(folder, 'cache'), async () => '1');
    const files = [join(folder, 'ROOM.json')];
    const key = String(await runs.keyOf(files, {}, undefined, out));
    await runs.remember(key, out, { documents: ['room.json'], told: {} });
    rmSync(out, { recursive: true });
    await runs.recall(key, out);
    expect(readFileSync(join(out, relations.sound))).toEqual(ogg);
    writeFileSync(join(folder, 'rain.mp3'), 'ID3 other music');
    expect(await runs.keyOf(files, {}, undefined, out)).not.toBe(key);
  });

  it.each([
    ['silence.mp3', /the file cannot be opened \(there is no such file\) at sound/],
    ['../rain.mp3', /leads out of the model's folder.* at sound/],
    ['http://example.com/rain.mp3', /URLs and drives are not opened/],
    ['noise.mp3', /no MP3, Ogg, WAV, FLAC, M4A or WebM sound at sound/],
    ['pointer.mp3', /a pointer of Git LFS, not the file/],
  ])('rejects the sound %s', async (sound, message) => {
    writeFileSync(join(folder, 'noise.mp3'), 'xyz');
    writeFileSync(join(folder, 'pointer.mp3'), 'version https://git-lfs.github.com/spec/v1\n');
    const box = new Gltf();
    box.add('nodes', { mesh: box.mesh() });
    writeFileSync(join(folder, 'box.gltf'), box.bytes());
    const error = await reading({ name: 'bar', models: { box: 'box.gltf' }, sound, furniture: [{ model: 'box' }] });
    expect(String(error)).toMatch(message);
  });
});
