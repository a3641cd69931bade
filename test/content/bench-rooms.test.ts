import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { logNormalSizes } from '../../src/content/bench/sizes.ts';
import { streamRoom } from '../../src/content/bench/stream-room.ts';
import { seededRandom } from '../../src/core/random.ts';
import { writeRoom } from '../../src/import/write/write-room.ts';

describe('the room of the streaming bench', () => {
  it('has 330 resources, and uses all critical ones: 1 skeleton, 20 clips, 90 meshes, 110 low textures, 109 high', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
    try {
      const { resources, warnings } = await writeRoom(streamRoom({ scale: 0.02 }), folder, { ktx2: false, levels: 0 });
      expect(warnings).toEqual([]);
      expect(resources).toBe(330);
      const { denormalized } = JSON.parse(readFileSync(join(folder, 'room.json'), 'utf8'));
      const edges = (Object.values(denormalized) as { data?: { kind?: string; tier?: string; hash: string } }[]).flatMap(
        ({ data }) => (data?.kind ? [data] : []),
      );
      const count = (kind: string, tier?: string) =>
        new Set(edges.filter(e => e.kind === kind && e.tier === tier).map(e => e.hash)).size;
      expect(count('skeleton')).toBe(1);
      expect(count('animation')).toBe(20);
      expect(count('mesh')).toBe(90);
      expect(count('texture', 'low')).toBe(110);
      expect(count('texture', 'high')).toBe(109);
      const room = streamRoom({ scale: 0.02 });
      expect(new Set(room.avatars.map(a => a.animation)).size).toBe(20);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is the same for the same seed and differs for another', () => {
    const fingerprint = (seed: number) => {
      const hash = createHash('sha256');
      for (const { product, position } of streamRoom({ seed, scale: 0.02 }).furniture) {
        hash.update(Float64Array.from(position));
        for (const { positions, index } of product.parts) hash.update(positions).update(index);
        for (const { rgba } of product.textures) hash.update(rgba);
      }
      return hash.digest('hex');
    };
    expect(fingerprint(1)).toBe(fingerprint(1));
    expect(fingerprint(2)).not.toBe(fingerprint(1));
  });
});

it('log-normal sizes add up to the total and have the requested spread', () => {
  const sizes = logNormalSizes(seededRandom(3), 5000, 5_000_000, 0.6);
  expect(sizes.reduce((a, b) => a + b, 0) / 5_000_000).toBeCloseTo(1, 2);
  const logs = sizes.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, l) => sum + (l - mean) ** 2, 0) / logs.length);
  expect(deviation).toBeCloseTo(0.6, 1);
});
