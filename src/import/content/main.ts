import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeRoom } from '../write-room.ts';
import { lounge } from './lounge.ts';

/**
 * `npm run content`: writes the default room to public/rooms/lounge.
 * `--rays N`: rays a vertex for the baked light (64; 8 for a sketch); `--out FOLDER`.
 */
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};

const out = resolve(option('out', 'public/rooms/lounge'));
mkdirSync(out, { recursive: true });
console.log('baking light …');
const room = lounge({ gatherRays: Number(option('rays', '64')) });
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
