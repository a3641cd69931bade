import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { validateBytes } from 'gltf-validator';
import { describe, expect, it } from 'vitest';
import { importModels } from '../../../src/import/import-models.ts';

const assets = resolve(import.meta.dirname, '../../../../shared/assets');
const furniture = join(assets, 'kaykit-furniture');

// Needs ../shared/assets, which is no part of the repository.
describe.skipIf(!existsSync(assets))('models of ../shared/assets', () => {
  it('Knight.glb and ten pieces of furniture become a valid room', { timeout: 300_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-'));
    try {
      const pieces = readdirSync(furniture)
        .filter(f => f.endsWith('.gltf'))
        .slice(0, 10);
      const files = [join(assets, 'kaykit-characters/Knight.glb'), ...pieces.map(f => join(furniture, f))];
      const { room, models } = await importModels(files, folder, { ktx2: false });
      expect(models[0]).toMatchObject({ kind: 'avatar', clips: 76 });
      for (const name of readdirSync(join(folder, 'resources')).filter(f => f.endsWith('.glb'))) {
        const { issues } = await validateBytes(new Uint8Array(readFileSync(join(folder, 'resources', name))));
        expect(issues.messages.filter(m => m.severity === 0)).toEqual([]);
      }
      const documents = JSON.parse(readFileSync(join(folder, 'room.json'), 'utf8')).denormalized as Record<
        string,
        { data?: { kind?: string; name?: string; tier?: string; bytes?: number } }
      >;
      // Before the knight can walk: skeleton, mesh, low texture, one clip.
      const edges = Object.entries(documents).flatMap(([url, { data }]) => (data?.kind ? [{ url, ...data }] : []));
      const knight = room.products.find(p => p.name === 'Knight');
      expect(knight?.joints).toBeGreaterThan(20);
      const clip = edges.find(e => e.kind === 'animation' && e.name === 'Walking_A')?.bytes ?? Number.NaN;
      const skeleton = edges.find(e => e.kind === 'skeleton')?.bytes ?? Number.NaN;
      const mesh = Math.max(...edges.filter(e => e.kind === 'mesh').map(e => e.bytes ?? 0));
      const low = Math.max(...edges.filter(e => e.tier === 'low').map(e => e.bytes ?? 0));
      console.info({ mesh, skeleton, clip, low, total: room.bytes });
      // 307 KB: 293 of them are the mesh, 39 more since levels hold the texture's colours at their vertices.
      expect(mesh + skeleton + clip + low).toBeLessThan(312_000);
      // The ten pieces share one texture: low and high once, and the knight's.
      expect(edges.filter(e => e.kind === 'texture').length).toBeGreaterThan(4);
      expect(readdirSync(join(folder, 'resources')).filter(f => f.endsWith('.webp'))).toHaveLength(4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
