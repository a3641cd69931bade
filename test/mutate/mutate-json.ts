import { quote } from '../../src/core/errors.ts';
import type { Random } from '../../src/core/random.ts';

/** What readers of JSON trip over: numbers at the ends of ranges, and values of another type than is expected. */
const NASTY: readonly unknown[] = [
  0,
  1,
  -1,
  2,
  3,
  7,
  255,
  65536,
  1e9,
  2 ** 31,
  2 ** 53,
  -0.5,
  1e308,
  1e-320,
  null,
  true,
  '',
  'x',
  '../x',
  'data:,',
  [],
  {},
  [[]],
  [0],
  [-1],
  [1e30],
];

/**
 * A copy of `source` with one value or three replaced, left out, doubled or taken from elsewhere in it: damage that leaves the
 * syntax whole, so that it gets past the parser. The same `random` gives the same damage.
 */
export function mutateJson(source: unknown, random: Random): { json: unknown; what: string } {
  const root = { json: structuredClone(source) };
  const done: string[] = [];
  for (let n = random() < 0.7 ? 1 : 3; n > 0; n--) {
    const places = placesOf(root);
    const { owner, key, path } = places[Math.floor(random() * places.length)];
    const pick = random();
    const from = places[Math.floor(random() * places.length)];
    if (pick < 0.55) {
      owner[key] = structuredClone(NASTY[Math.floor(random() * NASTY.length)]);
      done.push(`${path} = ${quote(owner[key])}`);
    } else if (pick < 0.7) {
      if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else if (key !== 'json') delete owner[key];
      done.push(`${path} left out`);
    } else if (pick < 0.8 && Array.isArray(owner)) {
      owner.push(structuredClone(owner[key as unknown as number]));
      done.push(`${path} doubled`);
    } else if (!path.startsWith(from.path)) {
      owner[key] = structuredClone(from.owner[from.key]);
      done.push(`${path} = that of ${from.path}`);
    } else if (typeof owner[key] === 'number') {
      owner[key] = (owner[key] as number) + (random() < 0.5 ? 1 : -1);
      done.push(`${path} = ${quote(owner[key])}`);
    }
  }
  return { json: root.json, what: done.join(', ') };
}

interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
  readonly path: string;
}

/** Every value, wherever it stands; of long lists of numbers the first few. */
function placesOf(root: { json: unknown }): Place[] {
  const places: Place[] = [];
  const visit = (owner: Record<string, unknown>, key: string, path: string): void => {
    places.push({ owner, key, path });
    const value = owner[key];
    if (typeof value !== 'object' || value === null) return;
    for (const child of Object.keys(value).slice(0, 20))
      visit(value as Record<string, unknown>, child, path ? `${path}.${child}` : child);
  };
  visit(root, 'json', '');
  return places;
}
