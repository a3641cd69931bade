import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeRoom } from '../write-room.ts';
import { lounge } from './lounge.ts';
import { crowdOf } from './lounge-guests.ts';

/**
 * `npm run content`: writes the default room to public/rooms/lounge.
 * `--rays N`: rays a vertex for the baked light (20, as committed; 8 for a sketch, 64 for patience); `--out FOLDER`.
 * `--crowd N`: N guests instead of those of the lounge, into public/rooms/crowd, which is not committed.
 */
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};

const crowd = Number(option('crowd', '0'));
const out = resolve(option('out', crowd > 0 ? 'public/rooms/crowd' : 'public/rooms/lounge'));
mkdirSync(out, { recursive: true });
console.log('baking light …');
const calm = await lounge({ gatherRays: Number(option('rays', '20')) });
const room = crowd > 0 ? { ...calm, name: `A crowd of ${crowd}`, avatars: crowdOf(calm.avatars, crowd, 41) } : calm;
console.log(`writing ${room.furniture.length} furnishings and ${room.avatars.length} avatars to ${out}`);
const report = await writeRoom(room, out, {
  cache: resolve('.cache/import'),
  levels: 2,
  levelError: 0.01,
  onProgress: ({ done, total, what }) => {
    if (done % 10 === 0 || done === total) console.log(`  ${done} / ${total} ${what}`);
  },
});
console.log(report.bytes);
for (const warning of report.warnings) console.warn(warning);
