/** `npm run bench:room`: what a room session costs by the size of its room. `--chart FILE` draws it; `--rounds N` (3). */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runnerImport } from 'vite';
import { quantile } from '../../../src/core/quantile.ts';
import type { RoomCost, RoomSize } from './scale.ts';
import { type Growth, scaleChart } from './scale-chart.ts';

const { values } = parseArgs({ options: { chart: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

// Vite loads it, because it imports shaders as text.
const { module } = await runnerImport<typeof import('./scale.ts')>(join(import.meta.dirname, 'scale.ts'));

const growths: readonly { readonly name: string; readonly sizes: readonly (RoomSize & { readonly count?: number })[] }[] = [
  { name: 'furnishings', sizes: [10, 100, 1000, 10_000].map(n => ({ furnishings: n, avatars: 10, products: Math.min(n, 100) })) },
  { name: 'avatars', sizes: [1, 10, 100, 1000].map(n => ({ furnishings: 20, avatars: n, products: 20 })) },
  // A product that stands somewhere is six documents: itself, its place, a group and three resources.
  { name: 'documents', sizes: [100, 1000, 10_000, 100_000].map(n => ({ furnishings: n / 6.2, avatars: 1, products: n / 6.2 })) },
];

await module.measureRoom({ furnishings: 100, avatars: 10, products: 100 }, gc);
console.log(
  'grows | count | documents | resources | read, ms | complete, ms | frame, ms | looking away, ms | heap, MB   (medians)',
);
const chart: Growth[] = [];
for (const { name, sizes } of growths) {
  const points: { count: number; cost: RoomCost }[] = [];
  for (const size of sizes) {
    const whole = { furnishings: Math.ceil(size.furnishings), avatars: size.avatars, products: Math.ceil(size.products) };
    const rounds: RoomCost[] = [];
    for (let i = 0; i < Number(values.rounds); i++) rounds.push(await module.measureRoom(whole, gc));
    const median = (of: (cost: RoomCost) => number) => quantile(rounds.map(of), 0.5);
    const cost: RoomCost = {
      documents: rounds[0].documents,
      resources: rounds[0].resources,
      read: median(c => c.read),
      complete: median(c => c.complete),
      frame: median(c => c.frame),
      away: median(c => c.away),
      heap: median(c => c.heap),
    };
    const count = name === 'documents' ? cost.documents : name === 'avatars' ? whole.avatars : whole.furnishings;
    points.push({ count, cost });
    const { documents, resources, read, complete, frame, away, heap } = cost;
    const cells = [read.toFixed(0), complete.toFixed(0), frame.toFixed(3), away.toFixed(3), (heap / 1e6).toFixed(1)];
    console.log(`| ${[name, count, documents, resources, ...cells].join(' | ')} |`);
  }
  chart.push({ name, points });
}
if (values.chart) writeFileSync(values.chart, scaleChart(chart));
