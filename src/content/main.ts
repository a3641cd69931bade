/** The command `npm run content`. */

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeRoom } from '../import/write/write-room.ts';
import { writeBenchRooms } from './bench/write-bench.ts';
import { crowdOf } from './lounge/guests.ts';
import { lounge, loungeLevels } from './lounge/lounge.ts';

/**
 * By default, it writes the default room to public/rooms/lounge. Options:
 *
 * - `--rays N`: rays a vertex for the baked light (20, as committed; 8 for a preview, 64 for the best quality).
 * - `--out FOLDER`: output folder.
 * - `--crowd N`: writes N guests instead of the lounge's to public/rooms/crowd, which is not committed.
 * - `--bench`: writes the benches' rooms instead, to public/rooms/bench-stream and public/rooms/bench-crowd, which are not
 *   committed.
 */
const { values } = parseArgs({
  options: {
    rays: { type: 'string', default: '20' },
    out: { type: 'string' },
    crowd: { type: 'string', default: '0' },
    bench: { type: 'boolean', default: false },
  },
});
const cache = resolve('.cache/import');

if (values.bench) {
  const reports = await writeBenchRooms(resolve(values.out ?? 'public/rooms'), { cache, onProgress: line => console.log(line) });
  for (const { name, resources, bytes } of Object.values(reports)) console.log(`${name}: ${resources} resources`, bytes);
} else await writeLounge(Number(values.crowd), Number(values.rays));

async function writeLounge(crowd: number, gatherRays: number): Promise<void> {
  const out = resolve(values.out ?? (crowd > 0 ? 'public/rooms/crowd' : 'public/rooms/lounge'));
  console.log('baking light …');
  const calm = await lounge({ gatherRays });
  const room = crowd > 0 ? { ...calm, name: `A crowd of ${crowd}`, avatars: crowdOf(calm.avatars, crowd, 41) } : calm;
  console.log(`writing ${room.furniture.length} furnishings and ${room.avatars.length} avatars to ${out}`);
  const report = await writeRoom(room, out, {
    cache,
    ...loungeLevels,
    gzip: true,
    bundles: true,
    onProgress: ({ done, total, what }) => {
      if (done % 10 === 0 || done === total) console.log(`  ${done} / ${total} ${what}`);
    },
  });
  console.log(report.bytes);
  for (const warning of report.warnings) console.warn(warning);
}
