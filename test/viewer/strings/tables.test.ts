import { describe, expect, it } from 'vitest';
import { inspectorStrings } from '../../../src/viewer/strings/inspector/table.ts';
import { setStrings, stringsOfPage } from '../../../src/viewer/strings/page-strings.ts';
import { fill, type StringTable } from '../../../src/viewer/strings/string-table.ts';
import { viewerStrings } from '../../../src/viewer/strings/viewer/table.ts';

const tables: Record<string, StringTable> = { viewer: viewerStrings, inspector: inspectorStrings };
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe.each(Object.entries(tables))('the words of the %s', (_, table) => {
  it.each(Object.keys(table.translations))('are all there in "%s", with the same values in them', async language => {
    const translated = await table.translations[language]();
    expect(Object.keys(translated).sort()).toEqual(Object.keys(table.english).sort());
    for (const [name, text] of Object.entries(table.english)) {
      expect([name, places(translated[name])]).toEqual([name, places(text)]);
      expect(translated[name].trim()).not.toBe('');
    }
  });
});

it('no two tables share a name, so that a page can say each', () => {
  const names = Object.values(tables).flatMap(({ english }) => Object.keys(english));
  expect(new Set(names).size).toBe(names.length);
});

it('fills in values, and leaves what it has no value for', () => {
  expect(fill('{a} of {b}, {toString}', { a: 1 })).toBe('1 of {b}, {toString}');
});

it('a page adds words to a language, by its primary subtag', () => {
  setStrings('pt-BR', { retry: 'Tentar de novo' });
  setStrings('pt', { room: 'Uma sala' });
  expect(stringsOfPage('pt')).toEqual({ retry: 'Tentar de novo', room: 'Uma sala' });
  expect(() => setStrings('fr', { retry: 3 } as unknown as Record<string, string>)).toThrow('"retry" (fr)');
});
