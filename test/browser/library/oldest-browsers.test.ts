import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { describe, expect, inject, it } from 'vitest';

/** The oldest browsers that docs/embedding.md states: of the viewer's page, and of the shader page. */
const oldest = {
  viewer: { Chrome: 100, Firefox: 103, Safari: 16.4 },
  'shader page': { Chrome: 110, Firefox: 115, Safari: 16.4 },
} as const;
type Versions = Record<keyof (typeof oldest)['viewer'], number>;

const since = (Chrome: number, Firefox: number, Safari: number): Versions => ({ Chrome, Firefox, Safari });
/**
 * The first versions that have a function, by MDN's browser-compat-data. Names that only one class has; those of a namespace stand
 * with it.
 */
const functions: Readonly<Record<string, Versions>> = {
  findLast: since(97, 104, 15.4),
  findLastIndex: since(97, 104, 15.4),
  toReversed: since(110, 115, 16),
  toSorted: since(110, 115, 16),
  toSpliced: since(110, 115, 16),
  isWellFormed: since(111, 119, 16.4),
  toWellFormed: since(111, 119, 16.4),
  checkVisibility: since(105, 106, 17.4),
  showPopover: since(114, 125, 17),
  hidePopover: since(114, 125, 17),
  togglePopover: since(114, 125, 17),
  isSubsetOf: since(122, 127, 17),
  isSupersetOf: since(122, 127, 17),
  isDisjointFrom: since(122, 127, 17),
  symmetricDifference: since(122, 127, 17),
  getHTML: since(125, 128, 18),
  moveBefore: since(133, 144, Number.POSITIVE_INFINITY),
  toBase64: since(140, 133, 18.2),
  toHex: since(140, 133, 18.2),
  'URL.canParse': since(120, 115, 17),
  'URL.parse': since(126, 126, 18),
  'AbortSignal.any': since(116, 124, 17.4),
  'AbortSignal.timeout': since(103, 100, 16),
  'Promise.withResolvers': since(119, 121, 17.4),
  'Promise.try': since(128, 134, 18.2),
  'Object.groupBy': since(117, 119, 17.4),
  'Map.groupBy': since(117, 119, 17.4),
  'Array.fromAsync': since(121, 115, 16.4),
  'Uint8Array.fromBase64': since(140, 133, 18.2),
  'RegExp.escape': since(136, 134, 18.2),
  'Iterator.from': since(122, 131, 18.4),
  'scheduler.yield': since(129, 142, Number.POSITIVE_INFINITY),
};

/** Calls of a script that a browser lacks. A call that asks first (`a.b?.()`) is none. @throws SyntaxError for syntax after ES2022. */
function newerCalls(script: string, browsers: Versions): string[] {
  const found = new Set<string>();
  full(parse(script, { ecmaVersion: 2022, sourceType: 'module', allowHashBang: true }), node => {
    if (node.type !== 'CallExpression') return;
    const { callee, optional } = node as unknown as import('acorn').CallExpression;
    if (optional || callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return;
    const { name } = callee.property;
    const object = callee.object.type === 'Identifier' ? callee.object.name : '';
    for (const called of [name, `${object}.${name}`]) {
      const versions = Object.hasOwn(functions, called) ? functions[called] : undefined;
      for (const browser of ['Chrome', 'Firefox', 'Safari'] as const)
        if (versions && versions[browser] > browsers[browser]) found.add(`${called} needs ${browser} ${versions[browser]}`);
    }
  });
  return [...found];
}

describe('the built pages', () => {
  const assets = join(inject('site'), 'assets');
  const isOfShaderPage = (file: string) => /^(profile|compile-worker|count-worker|format|timing|stats|uPlot)/i.test(file);

  it.each(['viewer', 'shader page'] as const)('call nothing that the oldest browsers lack: %s', page => {
    const files = readdirSync(assets).filter(file => file.endsWith('.js') && isOfShaderPage(file) === (page === 'shader page'));
    expect(files.length).toBeGreaterThan(3);
    const wrong = files.flatMap(file =>
      newerCalls(readFileSync(join(assets, file), 'utf8'), oldest[page]).map(call => `${basename(file)}: ${call}`),
    );
    expect(wrong).toEqual([]);
  });

  it('are told from bundles that do', () => {
    expect(newerCalls('if (URL.canParse(a)) [].toSorted(); AbortSignal.any?.([]); own.any([])', oldest.viewer)).toEqual([
      'URL.canParse needs Chrome 120',
      'URL.canParse needs Firefox 115',
      'URL.canParse needs Safari 17',
      'toSorted needs Chrome 110',
      'toSorted needs Firefox 115',
    ]);
    expect(() => newerCalls('const x = /[\\p{L}--a]/v;', oldest.viewer)).toThrow(SyntaxError);
  });

  it('are for the versions that docs/embedding.md states', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/embedding.md'), 'utf8');
    const table = text.slice(text.indexOf('## Browsers'));
    const rows = { Chrome: 'Chrome, Edge', Firefox: 'Firefox', Safari: 'Safari' } as const;
    for (const [browser, row] of Object.entries(rows) as [keyof Versions, string][])
      expect(table).toContain(`| ${row} | ${oldest.viewer[browser]} | ${oldest['shader page'][browser]} |`);
  });
});
