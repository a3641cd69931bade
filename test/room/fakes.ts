import { Texture } from 'three';
import { MemoryBudget, textureBytes } from '../../src/assets/memory/memory-budget.ts';
import type { UploadJob } from '../../src/assets/memory/upload-job.ts';
import type { MeshAsset, MeshPart } from '../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../src/assets/meshes/prepare-part.ts';
import { FormatError, LoadError } from '../../src/core/errors.ts';
import type { Priority } from '../../src/net/queue/priority.ts';
import type { ResourceRequest, RoomDependencies } from '../../src/room/dependencies.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** A network, a decoder and a GPU for room sessions: files are given, and a test decides when each comes. */
export class FakeWorld {
  readonly clock = new VirtualClock();
  readonly files = new Map<string, string>();
  readonly asked: { url: string; priority: Priority; readonly revalidate: boolean }[] = [];
  readonly cached = new Set<string>();
  /** On the GPU, with their bytes. */
  readonly textures = new Map<Texture, number>();
  /** When set, resources (not documents) wait for `deliver`. */
  held: (() => void)[] | undefined;
  /** What the server never answers; documents too. */
  readonly hanging = new Set<string>();
  /** What comes late, ms. */
  readonly late = new Map<string, number>();
  compressed = false;
  readonly memory = new MemoryBudget(Number.POSITIVE_INFINITY);
  /** Pixels a side of every high texture; low ones have one. */
  highSize = 1;

  get ports(): RoomDependencies {
    return {
      clock: this.clock,
      queue: {
        load: request => this.#load(request),
        hasCached: async hash => this.cached.has(hash),
        mayHaveCached: hash => this.cached.has(hash),
      },
      decoder: {
        mesh: async (bytes, url) => this.#decode(bytes, url, quad()),
        skeleton: async (bytes, url) =>
          this.#decode(bytes, url, {
            names: ['hips', 'head'],
            parents: Int16Array.of(-1, 0),
            translations: Float32Array.of(0, 1, 0, 0, 0.6, 0),
            rotations: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1),
            scales: new Float32Array(6).fill(1),
            humanoid: {},
          }),
        animation: async (bytes, url) =>
          this.#decode(bytes, url, {
            name: 'idle',
            duration: 1,
            loop: true,
            speed: 0,
            tracks: [
              {
                target: 'head',
                path: 'translation',
                interpolation: 'linear',
                times: Float32Array.of(0, 1),
                values: Float32Array.of(0, 0.6, 0, 0, 0.9, 0),
              },
            ],
          }),
        texture: async (bytes, { url }) => {
          const size = url.endsWith('low') ? 1 : this.highSize;
          const image = { data: new Uint8Array(size * size * 4), width: size, height: size };
          return this.#decode(bytes, url, { kind: 'picture', width: size, height: size, image });
        },
      },
      gpu: {
        compressed: this.compressed,
        createTexture: asset => {
          const texture = new Texture();
          this.textures.set(texture, textureBytes(asset).gpu);
          texture.addEventListener('dispose', () => this.textures.delete(texture));
          return { texture, job: { step: () => 0, done: true } };
        },
      },
      uploads: { add: async (_job: UploadJob) => {}, setPriority: () => {} },
      memory: this.memory,
    };
  }

  /** Lets everything that waits come. */
  deliver(): void {
    for (const go of this.held?.splice(0) ?? []) go();
  }

  #load({ url, priority, signal, revalidate = false }: ResourceRequest) {
    const file = url;
    const entry = { url, priority, revalidate };
    this.asked.push(entry);
    const done = (async () => {
      if (this.held && !file.endsWith('.json')) await new Promise<void>(resolve => this.held?.push(resolve));
      if (this.hanging.has(file)) await new Promise(() => {});
      const late = this.late.get(file);
      if (late) await new Promise<void>(resolve => this.clock.after(late, resolve));
      signal?.throwIfAborted();
      const text = this.files.get(file);
      if (text === undefined) throw new LoadError('not found', { url, status: 404 });
      return new TextEncoder().encode(text);
    })();
    return {
      done,
      received: 0,
      setPriority: (priority: Priority) => {
        entry.priority = priority;
      },
      addMirrors: () => {},
    };
  }

  #decode<T>(bytes: Uint8Array, url: string, asset: T): T {
    if (new TextDecoder().decode(bytes) === 'corrupt') throw new FormatError('not a GLB', { url });
    return asset;
  }
}

function quad(): MeshAsset {
  const part: MeshPart = preparePart({
    material: plainMaterial({ name: 'wood' }),
    levels: [
      {
        index: Uint16Array.of(0, 1, 2),
        error: 0,
        attributes: {
          POSITION: { array: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), itemSize: 3, normalized: false },
          TEXCOORD_0: { array: Float32Array.of(0, 0, 1, 0, 0, 1), itemSize: 2, normalized: false },
        },
      },
    ],
    transform: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
    skin: undefined,
    morphTargets: [{ name: 'smile', position: Float32Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0), normal: undefined }],
    bounds: { min: [0, 0, 0], max: [1, 1, 0] },
  });
  return { parts: [part], bytes: 66 };
}

export const roomUrl = 'https://example.org/room.json';

export interface FakeProduct {
  readonly meshes?: number;
  readonly low?: boolean;
  readonly high?: readonly ('image/ktx2' | 'image/webp')[];
  readonly skeleton?: boolean;
  readonly clips?: readonly string[];
  readonly category?: string;
  readonly covers?: readonly string[];
}

/** Writes a room of products by name into `world`: its documents, and a file for each resource. */
export function writeFakeRoom(
  world: FakeWorld,
  products: Readonly<Record<string, FakeProduct>>,
  furniture: readonly { readonly product: string; readonly position?: readonly number[]; readonly spin?: number }[],
  avatars: readonly { readonly skeleton: string; readonly outfit: readonly string[]; readonly animation?: string }[] = [],
): void {
  const documents: Record<string, unknown> = {};
  const group = (name: string, edges: string[]) => {
    documents[`#${name}`] = { edges };
    return `#${name}`;
  };
  let hash = 0;
  const side = { width: world.highSize, height: world.highSize };
  for (const [name, product] of Object.entries(products)) {
    const edges: string[] = [];
    const add = (file: string, data: object) => {
      const edge = `#${name}/${file}`;
      const url = `resources/${name}-${file}`;
      world.files.set(new URL(url, roomUrl).href, file);
      const digits = (hash++).toString(16).padStart(64, '0');
      documents[edge] = { data: { bytes: 100, type: 'model/gltf-binary', hash: digits, ...data }, relations: { ref: url } };
      edges.push(edge);
    };
    for (let i = 0; i < (product.meshes ?? 1); i++) add(`mesh${i}`, { kind: 'mesh' });
    if (product.low) add('low', { kind: 'texture', tier: 'low', slot: 'wood', type: 'image/webp', width: 1, height: 1 });
    for (const type of product.high ?? [])
      add(type.slice(6), { kind: 'texture', tier: 'high', slot: 'wood', type, bytes: 900, ...side });
    if (product.skeleton) add('skeleton', { kind: 'skeleton' });
    for (const clip of product.clips ?? []) add(`clip-${clip}`, { kind: 'animation', name: clip });
    documents[`#${name}`] = {
      data: {
        name,
        bounds: { min: [0, 0, 0], max: [1, 1, 1] },
        ...(product.category ? { category: product.category } : {}),
        ...(product.covers ? { covers: product.covers } : {}),
      },
      relations: { resources: group(`${name}/r`, edges) },
    };
  }
  const places = furniture.map(({ product, position = [0, 0, 0], ...more }, i) => {
    documents[`#f/${i}`] = { data: { position, ...more }, relations: { ref: `#${product}` } };
    return `#f/${i}`;
  });
  const people = avatars.map(({ skeleton, outfit, animation }, i) => {
    const worn = outfit.map((product, part) => {
      documents[`#a/${i}/${part}`] = { relations: { ref: `#${product}` } };
      return `#a/${i}/${part}`;
    });
    documents[`#avatar/${i}`] = {
      data: { name: `person ${i}` },
      relations: { skeleton: `#${skeleton}`, outfit: group(`a/${i}/outfit`, worn) },
    };
    documents[`#a/${i}`] = {
      data: { position: [i, 0, 0], ...(animation ? { animation } : {}) },
      relations: { ref: `#avatar/${i}` },
    };
    return `#a/${i}`;
  });
  documents['room.json'] = { data: { name: 'test' }, relations: { furniture: group('f', places), avatars: group('a', people) } };
  world.files.set(roomUrl, JSON.stringify({ id: 'room.json', status: 'success', denormalized: documents }));
}
