import { readFileSync, writeFileSync } from 'node:fs';
import type { Verdict } from './shots.ts';
import type { Similarity } from './similarity.ts';

const BEGIN = '<!-- judge: written by npm run test:import -->';
const END = '<!-- judge: end -->';

/** Puts the table of all verdicts between the markers of a page. @throws where the page has no markers. */
export function writeTable(page: string, verdicts: readonly Verdict[]): void {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} has no "${BEGIN}" … "${END}"`);
  writeFileSync(page, `${text.slice(0, from + BEGIN.length)}\n${table(verdicts)}\n${text.slice(to)}`);
}

/** Markdown, a row a model, by name; what many models are warned of stands once, below. */
export function table(verdicts: readonly Verdict[]): string {
  const notes: string[] = [];
  const note = (warning: string): number => {
    const known = notes.indexOf(warning);
    return (known >= 0 ? known : notes.push(warning) - 1) + 1;
  };
  const rows = [...verdicts]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(v => [
      v.name,
      kilobytes(v.bytesBefore),
      kilobytes(v.bytesAfter),
      atRest(v.even),
      moving(v.even),
      atRest(v.lambert),
      moving(v.lambert),
      floor(v.levels.model),
      v.frame ? `${v.frame.ours.toFixed(1)} / ${v.frame.theirs.toFixed(1)}` : '',
      [...new Set(v.warnings.map(plain).map(note))].join(', '),
    ]);
  const head = ['model', 'kB', 'became kB', 'unlit', 'moving', 'Lambert', 'moving', 'far', 'ms ours / three', 'warnings'];
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(cells => `| ${cells.join(' | ')} |`);
  return [
    ...lines,
    '',
    ...notes.map((text, i) => `${i + 1}. ${text}`),
    ...(notes.length > 0 ? [''] : []),
    summary(verdicts),
  ].join('\n');
}

function summary(verdicts: readonly Verdict[]): string {
  const worst = (list: readonly Similarity[], of: 'model' | 'frame'): string => floor(Math.min(...list.map(s => s[of])));
  const even = verdicts.flatMap(v => v.even);
  const lambert = verdicts.flatMap(v => v.lambert);
  return `${verdicts.length} models, ${even.length + lambert.length} pairs of pictures. The least of all: ${worst(even, 'model')} unlit, ${worst(lambert, 'model')} by Lambert's law; over whole frames ${worst(even, 'frame')} and ${worst(lambert, 'frame')}.`;
}

/** Rounded down: a figure never looks better than it is. */
const floor = (x: number): string => (Math.floor(x * 1000) / 1000).toFixed(3);
const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
const atRest = (list: readonly Similarity[]): string => floor(list[0].model);
const moving = (list: readonly Similarity[]): string =>
  list
    .slice(1)
    .map(s => floor(s.model))
    .join(' ');

/** Without the folder and the file that it is told of, so that many models share one note. */
function plain(warning: string): string {
  return warning.replace(/^\S*\/[^:]*: /, '').replace(/^(submesh \d+|material [^:]*|mesh [^:]*|animation [^:]*): /, '');
}
