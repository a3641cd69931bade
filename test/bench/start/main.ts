/** `npm run bench:start`: time and processor time from the navigation to `interactive`. docs/performance/start.md has the options. */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchRooms, writeBenchRooms } from '../../../src/content/bench/write-bench.ts';
import { quantile } from '../../../src/core/quantile.ts';
import type { ServedFile } from '../stream/link/shaped-server.ts';
import { parseProfile } from '../stream/visit.ts';
import { comparePictures } from './pictures.ts';
import { buildSite, readSite } from './site.ts';
import { threeSite, threeWays } from './three-site.ts';
import { type Started, visit } from './visit.ts';

const { values } = parseArgs({
  options: {
    builds: { type: 'string', default: '.' },
    room: { type: 'string', default: 'lounge' },
    links: { type: 'string', default: 'loopback' },
    protocol: { type: 'string', default: 'h2' },
    caches: { type: 'string', default: 'cold,warm' },
    throttle: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    three: { type: 'boolean', default: false },
    counts: { type: 'boolean', default: false },
    pictures: { type: 'boolean', default: false },
    png: { type: 'string' },
    json: { type: 'string' },
  },
});

const rooms = resolve('public/rooms');
const folder = await roomFolder(values.room);
const contestants = new Map<string, ReadonlyMap<string, ServedFile>>();
for (const ref of values.builds.split(',')) contestants.set(ref === '.' ? 'foyer' : ref, readSite(buildSite(ref), folder));
if (values.three)
  for (const [name, way] of Object.entries(threeWays))
    contestants.set(name, await threeSite(folder ?? join(rooms, 'lounge'), way));

if (values.pictures) {
  await comparePictures(contestants, values.room === 'lounge' ? '/rooms/lounge/room.json' : '/rooms/bench/room.json', values.png);
  process.exit();
}

const results: ({ contestant: string; link: string; cache: string; throttle: number } & Started)[] = [];
console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, SwiftShader, room ${values.room}, ${values.protocol}`);
for (const link of values.links.split(','))
  for (const cache of values.caches.split(','))
    for (const throttle of values.throttle.split(',').map(Number)) {
      // Contestants take turns: what else the machine does meets all alike.
      for (let run = 0; run < Number(values.runs); run++)
        for (const [contestant, files] of contestants) {
          const profile = link === 'loopback' ? {} : { link: parseProfile(link) };
          const protocol = values.protocol === 'h1' ? 'h1' : 'h2';
          const started = await visit({ files, protocol, ...profile, warm: cache === 'warm', throttle, counts: values.counts });
          results.push({ contestant, link, cache, throttle, ...started });
        }
      print(results.filter(r => r.link === link && r.cache === cache && r.throttle === throttle));
      if (values.json) writeFileSync(values.json, `${JSON.stringify(results)}\n`);
    }

/** Returns the folder of a room other than the site's own; the bench's crowd is made when it is missing. */
async function roomFolder(room: string): Promise<string | undefined> {
  if (room === 'lounge') return undefined;
  if (room !== 'crowd') return resolve(room);
  const cache = resolve('.cache/import');
  await writeBenchRooms(rooms, { cache, only: 'crowd' });
  return join(rooms, benchRooms.crowd);
}

function print(rows: readonly (typeof results)[number][]): void {
  const { link, cache, throttle } = rows[0];
  console.log(`\n${link}, ${cache}, ${throttle} x; medians of ${values.runs}`);
  const names = ['all', 'gpu', 'renderer', 'browser', 'network'];
  console.log(`| contestant | interactive ms | complete ms | requests | ${names.map(n => `${n} s`).join(' | ')} |`);
  for (const contestant of contestants.keys()) {
    const own = rows.filter(r => r.contestant === contestant);
    const median = (of: (row: Started) => number) => quantile(own.map(of), 0.5);
    const time = (name: string) =>
      median(r => Object.entries(r.processor).reduce((sum, [key, s]) => sum + (key.toLowerCase().startsWith(name) ? s : 0), 0));
    const figures = [median(r => r.interactiveMs), median(r => r.completeMs), median(r => r.requests)].map(v => v.toFixed(0));
    console.log(`| ${[contestant, ...figures, ...names.map(name => time(name).toFixed(2))].join(' | ')} |`);
    if (own[0].gl) console.log(JSON.stringify(own[0].gl));
  }
}
