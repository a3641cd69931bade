import { createHash } from 'node:crypto';
import { type Random, seededRandom } from '../../../src/core/random.ts';
import type { ServedFile } from './shaped-server.ts';

/** One resource of the bench room. `class` is the queue's: 1 critical and in sight, 2 critical, 3 high texture. */
export interface BenchResource {
  readonly url: string;
  readonly bytes: number;
  readonly hash: string;
  readonly class: 1 | 2 | 3;
  /** Part of the screen that it covers, 0..1. */
  readonly area: number;
}

export interface BenchRoom {
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly resources: readonly BenchResource[];
  readonly documentBytes: number;
  readonly criticalBytes: number;
  readonly totalBytes: number;
}

/**
 * The room of the streaming bench: 330 resources, 38 MB, about 6 MB of it critical: one skeleton, 20 animations, 90 meshes, 110 low
 * textures, 109 high ones. The bytes are random, so that nothing on the way can compress them; sizes follow a log-normal
 * distribution, as those of real rooms do.
 */
export function createBenchRoom(seed = 1): BenchRoom {
  const random = seededRandom(seed);
  const files = new Map<string, ServedFile>();
  const resources: BenchResource[] = [];
  const kinds = [
    { count: 1, total: 12_000, critical: true, spread: 0 },
    { count: 20, total: 900_000, critical: true, spread: 0.5 },
    { count: 90, total: 4_700_000, critical: true, spread: 0.8 },
    { count: 110, total: 450_000, critical: true, spread: 0.3 },
    { count: 109, total: 31_900_000, critical: false, spread: 0.6 },
  ];
  for (const { count, total, critical, spread } of kinds) {
    for (const size of sizes(random, count, total, spread)) {
      const body = noise(random, size);
      const hash = createHash('sha256').update(body).digest('hex');
      const url = `/resources/${hash.slice(0, 20)}.bin`;
      files.set(url, { body, type: 'application/octet-stream', immutable: true });
      const inSight = random() < 0.6;
      resources.push({
        url,
        bytes: size,
        hash,
        class: critical ? (inSight ? 1 : 2) : 3,
        area: inSight ? 0.001 + random() ** 3 : 0,
      });
    }
  }
  // Documents name things in no useful order: whoever wants one must make it.
  shuffle(random, resources);
  const document = new TextEncoder().encode(JSON.stringify(resources));
  files.set('/room.json', { body: document, type: 'application/json' });
  const sum = (of: readonly BenchResource[]) => of.reduce((bytes, r) => bytes + r.bytes, 0);
  return {
    files,
    resources,
    documentBytes: document.length,
    criticalBytes: sum(resources.filter(r => r.class < 3)),
    totalBytes: sum(resources),
  };
}

/** `count` sizes that add up to `total`. */
function sizes(random: Random, count: number, total: number, spread: number): number[] {
  const parts = Array.from({ length: count }, () => Math.exp(spread * normal(random)));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map(p => Math.max(64, Math.round((p / sum) * total)));
}

/** Standard normal (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function noise(random: Random, size: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i++) words[i] = random() * 4294967296;
  return new Uint8Array(words.buffer, 0, size);
}

function shuffle(random: Random, items: unknown[]): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}
