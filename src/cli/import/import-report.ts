/** Formats the report of an import for a terminal. */
import { counted } from '../../core/counted.ts';
import type { ImportReport } from '../../import/import-models.ts';
import type { ProductReport, RoomReport } from '../../import/report/room-report.ts';
import { warningsOfModels } from '../../import/report/warnings.ts';
import { oneLine } from '../printable.ts';

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** Returns a table of the models, and their warnings. */
export function modelLines({ models, room }: ImportReport): string[] {
  const before = writtenBefore(models);
  const rows = models.map(m => {
    const product = productOf(room, m.name, before.get(m) ?? 0);
    return [
      oneLine(m.name),
      m.kind,
      kB(m.bytes),
      product ? kB(product.bytes) : '',
      product?.triangles,
      product?.levels,
      product?.joints,
      product?.maxWeights,
      m.clips,
    ].map(x => String(x ?? ''));
  });
  return [
    ...table([['model', 'kind', 'before', 'after', 'triangles', 'levels', 'joints', 'weights', 'clips'], ...rows]),
    '',
    ...warningsOfModels(models).map(w => `warning: ${w}`),
  ];
}

/** Returns how many models of its name are written before each: furniture is written before avatars. */
function writtenBefore<M extends { readonly name: string; readonly kind: string }>(models: readonly M[]): Map<M, number> {
  const written = new Map<string, number>();
  const before = new Map<M, number>();
  for (const m of [...models.filter(m => m.kind === 'product'), ...models.filter(m => m.kind !== 'product')]) {
    const count = written.get(m.name) ?? 0;
    before.set(m, count);
    written.set(m.name, count + 1);
  }
  return before;
}

/**
 * Returns the figures of a product; those of a product that was cut are sums over its pieces, or the largest.
 *
 * @param before - number of models of that name that were written before.
 */
function productOf({ products }: RoomReport, name: string, before: number): ProductReport | undefined {
  const whole = products.filter(p => p.name === name);
  if (whole[before]) return whole[before];
  const pieces = products.filter(p => p.name.startsWith(name) && /^ \(\d+ of \d+\)$/.test(p.name.slice(name.length)));
  if (pieces.length < 2) return pieces[0];
  const sum = (of: (p: ProductReport) => number) => pieces.reduce((total, piece) => total + of(piece), 0);
  const most = (of: (p: ProductReport) => number) => Math.max(...pieces.map(of));
  return {
    ...pieces[0],
    bytes: sum(p => p.bytes),
    triangles: sum(p => p.triangles),
    levels: most(p => p.levels),
    joints: most(p => p.joints),
    maxWeights: most(p => p.maxWeights),
  };
}

/** Returns what became of a room. @param before - bytes of its models. */
export function roomLines(room: RoomReport, before: number): string[] {
  const total = Object.values(room.bytes).reduce((sum, b) => sum + b, 0);
  const kinds = Object.entries(room.bytes).map(([kind, bytes]) => `${kind} ${kB(bytes)}`);
  return [
    ...lightLines(room),
    `${room.document}: ${kB(before)} became ${kB(total)} in ${counted(room.resources, 'resource')} (${kinds.join(', ')})`,
    ...room.warnings.map(w => `warning: ${w}`),
  ];
}

function lightLines({ bake }: RoomReport): string[] {
  if (!bake) return [];
  const time = bake.seconds === undefined ? '' : ` in ${bake.seconds.toFixed(1)} s`;
  return [`light: ${bake.rays} rays for ${bake.vertices} vertices${time}`];
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map(r => r[c].length)));
  return rows.map(r =>
    r
      .map((cell, c) => (c < 2 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('  ')
      .trimEnd(),
  ); // prettier-ignore
}
