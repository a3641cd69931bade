import { expect, it } from 'vitest';
import { modelLines } from '../../../src/cli/import/import-report.ts';
import type { ProductReport, RoomReport } from '../../../src/import/report/room-report.ts';

const model = (name: string) => ({ file: `${name}.glb`, name, kind: 'product' as const, bytes: 1000, clips: 0, warnings: [] });
const product = (name: string, triangles: number): ProductReport => ({
  ...{ name, triangles, bytes: 1000 * triangles, vertices: 3, parts: 1, levels: 1, joints: 0, maxWeights: 0 },
  bounds: { min: [0, 0, 0], max: [1, 1, 1] },
});

it('a row has the figures of its model: of one with the same name as another, and sums of one that was cut', () => {
  const products = [product('chair', 2), product('hall (1 of 2)', 5), product('hall (2 of 2)', 6), product('chair', 4)];
  const room = { products } as unknown as RoomReport;
  const [, ...rows] = modelLines({ models: ['chair', 'hall', 'chair'].map(model), room, errors: [] });
  expect(rows.slice(0, 3).map(row => row.split(/ {2,}/).slice(3, 5))).toEqual([
    ['2.0 kB', '2'],
    ['11.0 kB', '11'],
    ['4.0 kB', '4'],
  ]);
});
