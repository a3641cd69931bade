import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { benchRooms, writeBenchRooms } from '../../../src/content/bench/write-bench.ts';
import type { ServedFile } from './link/shaped-server.ts';
import { wholeModels } from './whole-models.ts';

/** The room of the bench as a server has it: the room's own files, and the same models whole, for three's loader. */
export interface BenchRoom {
  /** Path -> file. */
  readonly files: ReadonlyMap<string, ServedFile>;
  /** Paths of the files that the room is complete with, by what they are. */
  readonly critical: ReadonlySet<string>;
  readonly high: ReadonlySet<string>;
  /** Path -> content hash of the low textures that nobody needs who has the high one of the same material. */
  readonly replaceable: ReadonlyMap<string, string>;
  /** Everything that the document names, KTX2 included. */
  readonly resources: readonly { readonly url: string; readonly bytes: number; readonly hash: string }[];
  /** Materials that have a high texture. */
  readonly refined: number;
  /** Paths of the whole models. */
  readonly models: ReadonlySet<string>;
  /** Bytes of the document, compressed as it is sent. */
  readonly documentBytes: number;
}

/** One resource edge of the document. */
interface ResourceEdge {
  readonly data: {
    readonly kind: string;
    readonly tier?: string;
    readonly slot?: string;
    readonly type: string;
    readonly bytes: number;
    readonly hash: string;
  };
  readonly relations: { readonly ref: string };
}

interface EdgeGroup {
  readonly edges: readonly string[];
}

/** Makes the room of `npm run content -- --bench` where it is not there yet (two minutes), and reads it. */
export async function benchRoom(folder = resolve('public/rooms')): Promise<BenchRoom> {
  const path = join(folder, benchRooms.stream);
  if (!existsSync(join(path, 'room.json')))
    await writeBenchRooms(folder, { cache: resolve('.cache/import'), only: 'stream', onProgress: line => console.log(line) });
  return readRoom(path);
}

/**
 * Reads a static room: `room.json` and what it names. High textures are taken as WebP, which every contestant can decode.
 *
 * @param tiers - the textures that the whole models hold, the preferred tier last.
 */
export async function readRoom(folder: string, tiers?: readonly string[]): Promise<BenchRoom> {
  const text = readFileSync(join(folder, 'room.json'));
  const { denormalized } = JSON.parse(text.toString('utf8')) as {
    denormalized: Record<string, Partial<ResourceEdge & EdgeGroup>>;
  };
  const files = new Map<string, ServedFile>();
  const document = gzipSync(text);
  files.set('/room.json', { body: document, type: 'application/json', encoding: 'gzip' });
  for (const name of readdirSync(join(folder, 'resources')))
    files.set(`/resources/${name}`, { body: readFileSync(join(folder, 'resources', name)), type: typeOf(name), immutable: true });
  const [critical, high, replaceable] = [new Set<string>(), new Set<string>(), new Map<string, string>()];
  const resources = new Map<string, { url: string; bytes: number; hash: string }>();
  let refined = 0;
  for (const { edges } of Object.values(denormalized)) {
    const own = (edges ?? []).flatMap(url => {
      const { data, relations } = denormalized[url];
      return data?.kind !== undefined && relations ? [{ ...data, path: new URL(relations.ref, 'http://room/').pathname }] : [];
    });
    refined += new Set(own.filter(r => r.tier === 'high').map(r => r.slot)).size;
    for (const { path, kind, tier, slot, type, bytes, hash } of own) {
      resources.set(hash, { url: path, bytes, hash });
      if (tier !== 'high') critical.add(path);
      else if (type === 'image/webp') high.add(path);
      if (kind === 'texture' && tier === 'low' && own.some(r => r.tier === 'high' && r.slot === slot))
        replaceable.set(path, hash);
    }
  }
  const models = await wholeModels(denormalized, path => files.get(path)?.body ?? new Uint8Array(), tiers);
  for (const [path, file] of models) files.set(path, file);
  return {
    files,
    critical,
    high,
    replaceable,
    resources: [...resources.values()],
    refined,
    models: new Set([...models.keys()].filter(path => path.endsWith('.glb'))),
    documentBytes: document.length,
  };
}

/** Bytes of those files. */
export function bytesOf({ files }: BenchRoom, paths: Iterable<string>): number {
  let bytes = 0;
  for (const path of paths) bytes += files.get(path)?.body.length ?? 0;
  return bytes;
}

function typeOf(name: string): string {
  if (name.endsWith('.glb')) return 'model/gltf-binary';
  if (name.endsWith('.glbz')) return 'model/gltf-binary+gzip';
  return name.endsWith('.webp') ? 'image/webp' : 'image/ktx2';
}
