/** Reports all problems of a room description in one error. */
import * as v from 'valibot';
import { FormatError, quote } from '../../core/errors.ts';

/** Maximum number of reported problems. */
const MOST = 20;

/** @property problems - one sentence each, in the order of the file. */
export class RoomFileError extends FormatError {
  readonly problems: readonly string[];

  constructor(issues: readonly v.BaseIssue<unknown>[], url: string) {
    const problems = issues.flatMap(leaves).map(problemOf);
    const told = problems.slice(0, MOST);
    const more = problems.length > MOST ? `\n  and ${problems.length - MOST} more` : '';
    const list =
      told.length === 1 && more === '' ? told[0] : `${problems.length} fields are wrong:\n  ${told.join('\n  ')}${more}\n `;
    super(list, { url, at: v.getDotPath(issues[0]) ?? 'room' });
    this.problems = problems;
  }
}

/** Returns the issues of the intended shape of a union: the first shape whose type matches. */
function leaves(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown>[] {
  const inner = issue.issues ?? [];
  const deep = inner.filter(i => (i.path?.length ?? 0) > 0);
  if (issue.type !== 'union' || deep.length === 0) return [issue];
  return deep.map(i => ({ ...i, path: [...(issue.path ?? []), ...(i.path ?? [])] }) as v.BaseIssue<unknown>);
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const at = pathOf(issue);
  const last = issue.path?.at(-1);
  if (issue.type === 'strict_object' && last && issue.expected === 'never') {
    const known = Object.keys((issue as { requirement?: object }).requirement ?? {});
    return `${at}: unknown field${didYouMean(String(last.key), known.length > 0 ? known : FIELDS)}`;
  }
  if (issue.input === undefined) return `${at} is missing`;
  const expected = issue.message.replace(/^Invalid \w+: (Expected )?/, '').replace(/ but received.*$/, ' is expected');
  return `${at}: ${expected}, got ${quote(issue.input)}`;
}

function pathOf(issue: v.BaseIssue<unknown>): string {
  const parts = (issue.path ?? []).map(p => (typeof p.key === 'number' ? `[${p.key}]` : `.${String(p.key)}`));
  return parts.join('').replace(/^\./, '') || 'room';
}

/** Every field of a room, for suggestions. */
const FIELDS = [
  ...[
    'name',
    'models',
    'light',
    'sound',
    'spawn',
    'floor',
    'furniture',
    'avatars',
    'model',
    'position',
    'turn',
    'at',
    'scale',
    'animation',
  ],
  ...['path', 'speed', 'phase', 'outfit', 'joint', 'sky', 'ground', 'sun', 'background', 'fog', 'exposure', 'direction', 'color'],
  ...['near', 'far', 'target', 'size'],
];

/** Returns `, did you mean "furniture"?` where a name is similar to a known one; else an empty string. */
export function didYouMean(name: string, known: readonly string[]): string {
  const [best] = known
    .map(candidate => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.ceil(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best ? `, did you mean "${best.candidate}"?` : '';
}

/** Counts the letters to change, add or remove (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
