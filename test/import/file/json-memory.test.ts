import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRoomDescription } from '../../../src/import/described-room/read-room-description.ts';
import { checkJsonMemory } from '../../../src/import/file/json-memory.ts';
import { checkTargets } from '../../../src/import/inputs/check-targets.ts';

const MB = 1e6;
const check = (text: string) => () => checkJsonMemory(Buffer.from(text), 'a.gltf');

it.each([
  ['lists in lists', '['.repeat(9 * MB)],
  ['empty objects', `[${'{},'.repeat(6 * MB)}{}]`],
  ['numbers', `[${'0,'.repeat(18 * MB)}0]`],
  ['fields', `{${'"a":1,'.repeat(9 * MB)}"b":1}`],
])('refuses %s that take more memory than a thread has', (_, text) => {
  expect(check(text)).toThrow(/^its JSON takes more than 512 MB of memory at JSON: a\.gltf$/);
});

it.each([
  ['a text of brackets', `{"a": "${'['.repeat(20 * MB)}"}`],
  ['a text with quotes', `{"a": "${'\\"['.repeat(9 * MB)}\\\\"}`],
  ['a text that does not end', `{"a": "${'['.repeat(20 * MB)}`],
  ['a buffer in base64', `{"uri": "data:,${'A'.repeat(20 * MB)}"}`],
  ['as many numbers as models have', `[${'0.5,'.repeat(5 * MB)}1]`],
])('allows %s', (_, text) => {
  expect(check(text)).not.toThrow();
});

it('bounds a room that a person wrote, and one that would be replaced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-json-'));
  try {
    writeFileSync(join(folder, 'room.json'), `{"denormalized": ${'['.repeat(9 * MB)}`);
    await expect(readRoomDescription(join(folder, 'room.json'))).rejects.toThrow(/^its JSON takes more than 512 MB of memory/);
    const { refusal } = await checkTargets([], { out: folder, documents: ['room.json'], pictures: [] });
    expect(refusal).toContain('room.json');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
