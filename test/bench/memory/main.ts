/** `npm run bench:memory`: what a room holds when it is complete, and the most it held. docs/performance/memory.md has the options. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { ssim } from 'ssim.js';
import { benchRooms, writeBenchRooms } from '../../../src/content/bench/write-bench.ts';
import { buildSite, readSite } from '../start/site.ts';
import { threeSite } from '../start/three-site.ts';
import { type Held, measureMemory } from './visit.ts';

const { values } = parseArgs({
  options: {
    rooms: { type: 'string', default: 'lounge,stream' },
    budgets: { type: 'string', default: '512,128,64' },
    size: { type: 'string', default: '1280x720' },
    three: { type: 'boolean', default: true },
    png: { type: 'string' },
    json: { type: 'string' },
  },
  allowNegative: true,
});

const MIB = 1 << 20;
const [width, height] = values.size.split('x').map(Number);
const site = buildSite('.');
const results: { room: string; contestant: string; held: Omit<Held, 'picture'>; similarity: number | undefined }[] = [];

for (const room of values.rooms.split(',')) {
  const folder = await roomFolder(room);
  const files = readSite(site, room === 'lounge' ? undefined : folder);
  let full: ImageData | undefined;
  console.log(`\n${room}, ${width} x ${height}; MiB`);
  const columns = ['GPU (textures + buffers)', 'GPU peak', 'counted GPU', 'counted page', 'heap', 'array buffers', 'held back'];
  const processes = ['renderer peak', 'renderer', 'GPU process peak', 'GPU process'];
  console.log(`| contestant | ${[...columns, ...processes, 'similarity'].join(' | ')} |`);
  console.log(`|${'---|'.repeat(columns.length + processes.length + 2)}`);
  for (const budget of values.budgets.split(',')) {
    const held = await measureMemory({ files, query: `?quality=high&memory=${budget}`, width, height });
    const picture = imageOf(held);
    full ??= picture;
    note(room, `foyer, ${budget} MiB`, held, full && picture && ssim(full, picture).mssim);
  }
  if (values.three)
    note(
      room,
      'three',
      await measureMemory({
        files: await threeSite(folder, { pictures: 'high', materials: 'loaded', copies: 'once' }),
        query: '',
        width,
        height,
      }),
      undefined,
    );
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(results)}\n`);

function note(room: string, contestant: string, { picture, ...held }: Held, similarity: number | undefined): void {
  results.push({ room, contestant, held, similarity });
  const { gl, counted, heap, arrayBuffers, peak, steady } = held;
  const sums = gl.now.textures + gl.now.buffers + gl.now.renderbuffers;
  const parts = `${mib(sums)} (${mib(gl.now.textures)} + ${mib(gl.now.buffers)})`;
  const own = counted ? [mib(counted.gpu), mib(counted.cpu)] : ['', ''];
  const processes = [peak.renderer, steady.renderer, peak.gpu, steady.gpu].map(mib);
  const cells = [contestant, parts, mib(gl.peak), ...own, mib(heap), mib(arrayBuffers), counted?.heldBack ?? '', ...processes];
  console.log(`| ${[...cells, similarity?.toFixed(4) ?? ''].join(' | ')} |`);
  if (!values.png || !picture) return;
  mkdirSync(values.png, { recursive: true });
  writeFileSync(join(values.png, `${room}-${contestant.replaceAll(/\W+/g, '-')}.png`), PNG.sync.write(picture));
}

function mib(bytes = 0): string {
  return (bytes / MIB).toFixed(1);
}

function imageOf({ picture }: Held): ImageData | undefined {
  return picture && ({ data: Uint8ClampedArray.from(picture.data), width: picture.width, height: picture.height } as ImageData);
}

/** Returns the folder of a room; those of the benches are made when they are missing. */
async function roomFolder(room: string): Promise<string> {
  const rooms = resolve('public/rooms');
  if (room === 'lounge') return join(rooms, room);
  if (room !== 'stream' && room !== 'crowd') return resolve(room);
  await writeBenchRooms(rooms, { cache: resolve('.cache/import'), only: room });
  return join(rooms, benchRooms[room]);
}
