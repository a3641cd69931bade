import type { Json } from '../../log/change.ts';
import { Problem } from '../problem.ts';

/** Query parameters that limit a group: `?name=Mi*`, `?data.height=gt.1.8`, and its paging: `?limit=20`, `?cursor=…`. */

export interface GroupQuery {
  readonly limit: number;
  /** The page begins behind this member. A removed member still marks its place. */
  readonly cursor: string | undefined;
  readonly filters: readonly Filter[];
}

export interface Filter {
  /** Member of `data`, or `ref`. */
  readonly member: string;
  matches(value: Json | undefined): boolean;
}

export const PAGE = 100;
const MAXIMUM_PAGE = 500;
const comparison = /^(gte|gt|lte|lt|eq)\.(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;

/**
 * @param members - members of `data` that a filter may name.
 * @throws Problem 400 for a parameter that is unknown or wrong.
 */
export function readQuery(query: URLSearchParams, members: readonly string[]): GroupQuery {
  const filters: Filter[] = [];
  let limit = PAGE;
  let cursor: string | undefined;
  for (const [name, value] of query) {
    const member = name.startsWith('data.') ? name.slice(5) : name === 'name' ? 'name' : name === 'relations.ref' ? 'ref' : '';
    if (name === 'limit') limit = readLimit(value);
    else if (name === 'cursor') cursor = readCursor(value);
    else if (member === 'ref' || members.includes(member)) filters.push({ member, matches: matcher(value) });
    else throw new Problem(400, 'unknown-parameter', 'no such query parameter', { at: `?${name}`, value });
  }
  return { limit, cursor, filters };
}

function readLimit(value: string): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAXIMUM_PAGE) return limit;
  throw new Problem(400, 'wrong-parameter', `a whole number from 1 to ${MAXIMUM_PAGE} is expected`, { at: '?limit', value });
}

function readCursor(value: string): string {
  if (/^[a-z0-9-]{1,64}$/.test(value)) return value;
  throw new Problem(400, 'wrong-parameter', 'not a cursor of this server', { at: '?cursor', value });
}

function matcher(text: string): Filter['matches'] {
  const [, operator, number] = comparison.exec(text) ?? [];
  if (operator !== undefined) {
    const limit = Number(number);
    const compare = comparisons[operator.toLowerCase() as keyof typeof comparisons];
    return value => typeof value === 'number' && compare(value, limit);
  }
  // `*` matches any characters. This is no regular expression, so that a hostile pattern costs no more than its length.
  const parts = text.split('*');
  return value =>
    (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && matchesParts(String(value), parts);
}

const comparisons = {
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  eq: (a: number, b: number) => a === b,
};

function matchesParts(value: string, parts: readonly string[]): boolean {
  const [first] = parts;
  if (parts.length === 1) return value === first;
  const last = parts[parts.length - 1];
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = value.indexOf(part, from);
    if (at < 0 || at + part.length > value.length - last.length) return false;
    from = at + part.length;
  }
  return true;
}
