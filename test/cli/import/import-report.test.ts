import { expect, it } from 'vitest';
import { modelLines } from '../../../src/cli/import/import-report.ts';
import type { ProductReport, RoomReport } from '../../../src/import/report/room-report.ts';

const model = (name: string) => ({ file: `${name}.glb`, name, kind: 'product' as const, bytes: 1000, clips: 0, warnings: [] });
const product = (name: string, triangles: number): ProductReport => ({
  ...{ name, triangles, bytes: 1000 * triangles, vertices: 3, parts: 1, levels: 1, joints: 0, maxWeights: 0 },
  bounds: { min: [0, 0, 0], max: [1, 1, 1] },
});

it('a row has the figures of its model where furniture and an avatar have one name', () => {
  const room = { products: [product('knight', 2), product('knight', 4)] } as unknown as RoomReport;
  const models = [{ ...model('knight'), kind: 'avatar' as const }, model('knight')];
  const [, ...rows] = modelLines({ models, room, errors: [] });
  expect(rows.slice(0, 2).map(row => row.split(/ {2,}/).slice(1, 5))).toEqual([
    ['avatar', '1.0 kB', '4.0 kB', '4'],
    ['product', '1.0 kB', '2.0 kB', '2'],
  ]);
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

it('a warning that more than three models share is one line', () => {
  const warned = (name: string, ...warnings: string[]) => ({ ...model(name), warnings });
  const models = [
    warned('car', 'material paint: metal is drawn as a matt colour', 'material rim: metal is drawn as a matt colour'),
    warned('van', "material paint: its map 'a' is missing", 'materials a, b, c and 2 more: metal is drawn as a matt colour'),
    warned('bus', 'material door: metal is drawn as a matt colour', "material door: its map 'b' is missing"),
    warned('bus', 'material door: metal is drawn as a matt colour', 'KHR_lights_punctual: 2 lamps'),
  ];
  const lines = modelLines({ models, room: { products: [] } as unknown as RoomReport, errors: [] });
  expect(lines.filter(line => line.startsWith('warning'))).toEqual([
    'warning: car: material paint: metal is drawn as a matt colour (and 3 more models likewise)',
    "warning: van: material paint: its map 'a' is missing",
    "warning: bus: material door: its map 'b' is missing",
    'warning: bus: KHR_lights_punctual: 2 lamps',
  ]);
});
