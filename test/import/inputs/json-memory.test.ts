import { expect, it } from 'vitest';
import { checkJsonMemory } from '../../../src/import/inputs/json-memory.ts';

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
