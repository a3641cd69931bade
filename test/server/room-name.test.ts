import { expect, it } from 'vitest';
import { isId } from '../../src/server/documents/addresses.ts';
import { roomName } from '../../src/server/publish/room-name.ts';

it.each([
  ['study', 'study'],
  ['My Room (2)', 'my-room-2'],
  ["it's a & b", 'it-s-a-b'],
  ['Möbel', 'mobel'],
  ['Café Olé', 'cafe-ole'],
])('a room called %j is %j in its URL', (name, expected) => {
  expect(roomName(name)).toBe(expected);
});

it('names in other scripts, symbols and long names are different, and a server takes each', () => {
  const names = [
    '部屋',
    '居間',
    'комната',
    'кухня',
    'غرفة',
    'Straße',
    'Strafe ß',
    'कमरा',
    '🪑',
    '#',
    '..',
    `${'a'.repeat(70)}b`,
    'a'.repeat(70),
  ];
  const found = names.map(roomName);
  expect(new Set(found).size).toBe(names.length);
  expect(found.filter(name => !isId(name))).toEqual([]);
});

it('upper and lower case are one name, in other scripts too', () => {
  expect(roomName('Study')).toBe(roomName('study'));
  expect(roomName('КОМНАТА')).toBe(roomName('комната'));
  expect(roomName('STRASSE É ß')).toBe(roomName('strasse E\u0301 ß'));
});

it('both ways to store an accent are one name', () => {
  expect(roomName('Stra\u00dfe \u00e9')).toBe(roomName('Stra\u00dfe e\u0301'));
});
