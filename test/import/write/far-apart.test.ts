import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SourcePart, SourceProduct } from '../../../src/import/model/source-model.ts';
import { groupsFarApart } from '../../../src/import/write/meshes/far-apart.ts';
import { RoomWriter } from '../../../src/import/write/write-room.ts';
import { bentSheet, sheet, smallRoom } from './fixtures.ts';

/** A sheet of 1 mm. */
const crumb = (x: number): SourcePart => {
  const part = sheet(3);
  return { ...part, positions: part.positions.map((value, i) => value * 1e-3 + (i % 3 === 0 ? x : 0)) };
};
const product = (...parts: SourcePart[]): SourceProduct => ({ name: 'crumbs', parts, textures: [] });

it('parts that would all vanish in one mesh become products of their own, those that lie together one', async () => {
  const crumbs = product(crumb(0), crumb(600), crumb(0.5));
  expect(groupsFarApart(crumbs).map(({ name, parts }) => [name, parts.length])).toEqual([
    ['crumbs (1 of 2)', 2],
    ['crumbs (2 of 2)', 1],
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'foyer-'));
  try {
    const writer = new RoomWriter(folder, { ktx2: false });
    writer.prepare(crumbs);
    const report = await writer.write({ ...smallRoom(), furniture: [{ product: crumbs, position: [0, 0, 0] }], avatars: [] });
    expect(report.products.map(({ name, triangles }) => [name, triangles])).toEqual([
      ['crumbs (1 of 2)', 36],
      ['crumbs (2 of 2)', 18],
    ]);
    expect(report.warnings).toEqual([
      'crumbs: became 2 products, because its parts are too small for the distances between them',
    ]);
    const text = readFileSync(join(folder, 'room.json'), 'utf8');
    expect(text).toContain('room.json#furniture/1');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('other products stay whole: with one part that is seen, of one part, skinned, or in too many places', () => {
  const empty = { ...crumb(0), positions: new Float32Array(48) };
  for (const whole of [
    product(crumb(0), crumb(600), { ...sheet(3), positions: sheet(3).positions.map(x => x * 600) }),
    product(crumb(0), crumb(1)),
    product(crumb(0)),
    product(empty, empty),
    { ...bentSheet(3, 2), parts: [crumb(0), crumb(600)] },
    product(...Array.from({ length: 101 }, (_, i) => crumb(i * 20))),
  ])
    expect(groupsFarApart(whole)).toEqual([whole]);
});
