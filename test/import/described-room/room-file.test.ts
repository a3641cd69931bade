import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRoomDescription } from '../../../src/import/described-room/read-room-description.ts';
import { didYouMean, RoomFileError } from '../../../src/import/described-room/room-file-error.ts';
import { roomSchema } from '../../../src/import/described-room/room-schema.ts';

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
});
