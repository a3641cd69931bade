import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { longLines, readProse } from './prose.ts';

// The documents are plain English: short sentences, short lines, links that lead somewhere. CONTRIBUTING.md has the rules.

const MOST_WORDS = 30;
const MEAN_WORDS = 18;
const MOST_COLUMNS = 140;

/** Documents that are not rewritten yet. Nothing may be added here. */
const notYet: readonly string[] = [];

const root = resolve(import.meta.dirname, '../..');
const under = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md') && !file.endsWith('.api.md'))
    .map(file => join(folder, file));
const files = [...readdirSync(root).filter(file => file.endsWith('.md')), ...under('docs'), ...under('.github')];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe.each(files)('%s', file => {
  const text = read(file);
  const { sentences, links } = readProse(text);

  it('has links that lead somewhere', () => {
    const dead = links.filter(link => {
      if (/^(https?|mailto):/.test(link)) return false;
      const [path, anchor] = link.split('#');
      const target = path === '' ? join(root, file) : resolve(root, dirname(file), decodeURI(path));
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith('.md') && !readProse(readFileSync(target, 'utf8')).anchors.has(anchor);
    });
    expect(dead).toEqual([]);
  });

  it.skipIf(notYet.includes(file))(`has no sentence of more than ${MOST_WORDS} words`, () => {
    expect(sentences.filter(({ words }) => words > MOST_WORDS).map(({ text }) => text)).toEqual([]);
  });

  it.skipIf(notYet.includes(file))(`has ${MEAN_WORDS} words a sentence at most, on average`, () => {
    const mean = sentences.reduce((sum, { words }) => sum + words, 0) / Math.max(1, sentences.length);
    expect(mean).toBeLessThanOrEqual(MEAN_WORDS);
  });

  it.skipIf(notYet.includes(file))(`has no line of prose of more than ${MOST_COLUMNS} characters`, () => {
    expect(longLines(text, MOST_COLUMNS)).toEqual([]);
  });
});

describe('the check of prose', () => {
  it('counts words by sentence, in paragraphs, lists and tables', () => {
    const { sentences } = readProse(
      '# Title\n\nOne `two three` [four](a.md). Five\nsix.\n\n- seven eight\n\n| nine |\n|---|\n| ten. Eleven |\n',
    );
    expect(sentences.map(({ words }) => words)).toEqual([3, 2, 2, 1, 1, 1]);
  });

  it('finds links, pictures and anchors', () => {
    const { links, anchors } = readProse('# Two words, here\n\n[a](b.md#c) ![d](e.png)\n\n| [f](g) |\n|---|\n');
    expect(links).toEqual(['b.md#c', 'e.png', 'g']);
    expect([...anchors]).toEqual(['two-words-here']);
  });

  it('finds long lines outside code and tables', () => {
    const long = 'word '.repeat(40);
    expect(longLines(`${long}\n\`\`\`\n${long}\n\`\`\`\n| ${long} |\n`, 140)).toEqual([long]);
  });
});
