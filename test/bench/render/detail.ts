/**
 * npm run bench:detail -- [--avatars 100] [--sizes 1280x720,640x360,320x180,128x72] [--tolerances 1.5,2.25] [--impostors]
 *
 * Triangles of the bench's crowd and their similarity to full detail, by the size of the picture: counts, so a busy machine does not
 * matter. Tolerances are those of a picture of 720 lines.
 */
import { parseArgs } from 'node:util';
import { TOLERANCE_PIXELS } from '../../../src/render/frame/level-of-detail.ts';
import { startBench } from './bench-browser.ts';
import { type Size, takePicture } from './measures.ts';

declare const foyer: typeof import('./page.ts');

const { values: options } = parseArgs({
  options: {
    avatars: { type: 'string', default: '100' },
    sizes: { type: 'string', default: '1280x720,640x360,320x180,128x72' },
    tolerances: { type: 'string', default: String(TOLERANCE_PIXELS) },
    impostors: { type: 'boolean', default: false },
  },
});
const sizes = options.sizes.split(',').map(text => text.split('x').map(Number) as unknown as Size);
const tolerances = options.tolerances.split(',').map(Number);
const ours = options.impostors ? 'foyer impostors' : 'foyer';

const bench = await startBench();
const stage = await bench.open(Number(options.avatars), ['foyer full', ours]);
const [full, levels] = [...stage.values()];
console.log('| picture | tolerance | triangles | share | draw calls | similarity |\n|---|---|---|---|---|---|');
let first = 0;
for (const size of sizes) {
  const reference = await takePicture(full, size);
  for (const tolerance of tolerances) {
    // Levels of the picture before would stay by hysteresis.
    await levels.evaluate(() => foyer.tolerate(0));
    await levels.evaluate(() => foyer.info());
    await levels.evaluate(pixels => foyer.tolerate(pixels), tolerance);
    const picture = await takePicture(levels, size);
    const { triangles, drawCalls } = await levels.evaluate(() => foyer.info());
    first ||= triangles;
    const share = `${Math.round((100 * triangles) / first)} %`;
    const cells = [size.join(' x '), tolerance, triangles, share, drawCalls, picture.similarity(reference).toFixed(4)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
await bench.close();
