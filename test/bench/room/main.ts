import { join } from 'node:path';
import { runnerImport } from 'vite';
import { quantile } from '../../../src/core/quantile.ts';

// `npm run bench:room`: the main-thread time of a room session while 400, 2,000 and 4,000 resources arrive.
const ROUNDS = 3;
const SIZES = [400, 2000, 4000];

// Vite loads it, because it imports shaders as text.
const { module } = await runnerImport<typeof import('./arrivals.ts')>(join(import.meta.dirname, 'arrivals.ts'));
const { measureArrivals } = module;

await measureArrivals(SIZES[0]);
console.log('resources | documents, ms | arrivals, ms | an arrival, ms | longest step, ms   (medians)');
for (const size of SIZES) {
  const rounds: Awaited<ReturnType<typeof measureArrivals>>[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await measureArrivals(size));
  const median = (of: (round: (typeof rounds)[number]) => number) => quantile(rounds.map(of), 0.5);
  const arrivals = median(round => round.arrivals);
  const cells = [median(round => round.documents), arrivals, arrivals / size, median(round => round.longest)];
  console.log([size, ...cells.map(ms => ms.toFixed(2))].map(cell => String(cell).padStart(9)).join(' | '));
}
