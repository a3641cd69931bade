import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/cli/shell-word.ts';

it.each([
  '/tmp/room/room.json',
  'my room/room.json',
  'Möbel/部屋.json',
  '50 % & more; #1 🪑',
  'it\'s $HOME `id` \\ "!" (x) *',
  "it's",
  '~/x',
  'a\\b',
  '',
])('a shell reads %j as one word', name => {
  const word = shellWord(name, 'linux');
  expect(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(name);
});

it('plain names stay as they are, and those with spaces get double quotes', () => {
  expect(shellWord('a/b-c_1.json', 'linux')).toBe('a/b-c_1.json');
  expect(shellWord('a b', 'linux')).toBe('"a b"');
  expect(shellWord("C:\\my room\\it's", 'win32')).toBe('"C:\\my room\\it\'s"');
  for (const name of ['=a', '@a', 'a,b', '%A%']) expect(shellWord(name, 'win32')).toBe(`"${name}"`);
  expect(shellWord('=a', 'linux')).toBe('"=a"');
  expect(shellWord('C:\\room', 'win32')).toBe('C:\\room');
});
