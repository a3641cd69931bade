import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeRoom } from '../../src/import/write/write-room.ts';
import { testRoom } from './test-room.ts';
import { dressingRoom, gowns, wardrobe } from './wardrobe.ts';

/**
 * Writes the rooms of the browser tests: `small`; `broken`, which is the same with three things wrong; `dressing`, and beside it
 * documents of products that nobody there wears.
 */
export async function writeTestRooms(folder: string): Promise<void> {
  await writeRoom(testRoom(), join(folder, 'small'));
  cpSync(join(folder, 'small'), join(folder, 'broken'), { recursive: true });
  breakRoom(join(folder, 'broken'));
  await writeRoom(dressingRoom(), join(folder, 'dressing'));
  await writeRoom(wardrobe(), join(folder, 'dressing'), { document: 'wardrobe.json' });
  // A picture that goes up in bands, as the high textures of a GPU without S3TC do.
  await writeRoom(gowns(), join(folder, 'dressing'), { document: 'gowns.json', ktx2: false });
}

interface ResourceEdge {
  readonly data: { kind?: string; tier?: string; bytes: number; hash: string };
  readonly relations: { ref: string };
}

/**
 * One mesh whose bytes are noise, one low texture that is not there, one animation that was cut in half. Lengths and hashes in
 * the documents fit the broken bytes: they come whole, and it is for the decoders to say no.
 */
function breakRoom(folder: string): void {
  const file = join(folder, 'room.json');
  const room = JSON.parse(readFileSync(file, 'utf8'));
  const edges = Object.values(room.denormalized as Record<string, ResourceEdge>).filter(d => d.data?.kind && d.relations?.ref);
  const first = (kind: string, tier?: string) => {
    const edge = edges.find(e => e.data.kind === kind && (tier === undefined || e.data.tier === tier));
    if (!edge) throw new Error(`the small room has no ${tier ?? ''} ${kind}`);
    return edge;
  };
  const replace = (edge: ResourceEdge, change: (bytes: Buffer) => Buffer) => {
    const bytes = change(readFileSync(join(folder, edge.relations.ref)));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const old = edge.data.hash;
    const ref = `resources/${hash.slice(0, 20)}.glb`;
    writeFileSync(join(folder, ref), bytes);
    for (const same of edges.filter(e => e.data.hash === old)) {
      Object.assign(same.data, { bytes: bytes.length, hash });
      same.relations.ref = ref;
    }
  };
  replace(first('mesh'), bytes => Buffer.from(bytes.map((byte, i) => (i < 12 ? byte : (i * 31 + 7) & 255))));
  replace(first('animation'), bytes => bytes.subarray(0, bytes.length >> 1));
  rmSync(join(folder, first('texture', 'low').relations.ref));
  writeFileSync(file, JSON.stringify(room));
}
