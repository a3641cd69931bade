import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MeshoptSimplifier } from 'meshoptimizer';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readHumanoid } from '../../src/content/lounge/avatar/captured-humanoid.ts';
import { makeGuest } from '../../src/content/lounge/avatar/guest.ts';
import { sideTable } from '../../src/content/lounge/furniture/tables.ts';
import { rug } from '../../src/content/lounge/furniture/walls.ts';
import { guests } from '../../src/content/lounge/guests.ts';
import { bakedFurniture, loungeLevels } from '../../src/content/lounge/lounge.ts';
import { loungePlan, roomLamps } from '../../src/content/lounge/plan.ts';
import { avatarDocument, furnitureEdge, resourceEdge, roomDocument } from '../../src/graph/room-documents.ts';
import { packGlb } from '../../src/import/write/glb/pack-glb.ts';
import { writeMesh } from '../../src/import/write/meshes/mesh-writer.ts';

/** Two products of the room, which take a moment instead of minutes. */
const corner = () => [
  { builder: rug('tileCream', 1, 1), position: [0, 0, 0] as const, yaw: 0 },
  { builder: sideTable(), position: [0, 0.014, 0] as const, yaw: 0.4 },
];

describe('the lounge', () => {
  it('has at least 60 furnishings of at least 25 kinds, inside the room', () => {
    const plan = loungePlan();
    const furnishings = plan.filter(p => !['floor', 'walls', 'ceiling', 'view'].includes(p.builder.category));
    expect(furnishings.length).toBeGreaterThanOrEqual(60);
    expect(new Set(furnishings.map(p => p.builder.category)).size).toBeGreaterThanOrEqual(25);
    for (const { position, builder } of furnishings) {
      expect(Math.abs(position[0]), builder.name).toBeLessThanOrEqual(7.01);
      expect(Math.abs(position[2]), builder.name).toBeLessThanOrEqual(5.1);
    }
    for (const { position } of roomLamps) expect(position.every(Number.isFinite)).toBe(true);
  });

  it('bakes finite light with shade under a table, the same every time', () => {
    const [once, again] = [bakedFurniture({ gatherRays: 8 }, corner()), bakedFurniture({ gatherRays: 8 }, corner())];
    once.forEach(({ product }, i) => {
      product.parts.forEach((part, k) => {
        expect(part.positions.every(Number.isFinite)).toBe(true);
        expect(part.uvs?.every(Number.isFinite)).toBe(true);
        expect(part.colors?.every(c => c >= 0 && c <= 1.2)).toBe(true);
        expect(Math.max(...part.index)).toBeLessThan(part.positions.length / 3);
        expect(again[i].product.parts[k].colors).toEqual(part.colors);
        expect(again[i].product.parts[k].positions).toEqual(part.positions);
      });
    });
    const table = once[1].product.parts[0];
    const lights = (up: number) => {
      const chosen = [...Array(table.positions.length / 3).keys()].filter(v => table.normals[v * 3 + 1] * up > 0.9);
      return chosen.reduce((sum, v) => sum + (table.colors?.[v * 4] ?? 0), 0) / chosen.length;
    };
    expect(lights(1)).toBeGreaterThan(lights(-1));
  });
});

const folder = resolve(import.meta.dirname, '../../public/rooms/lounge');
describe('public/rooms/lounge', () => {
  const { denormalized } = JSON.parse(readFileSync(join(folder, 'room.json'), 'utf8')) as {
    denormalized: Record<string, { relations?: Record<string, string> }>;
  };
  const all = Object.entries(denormalized);
  const resources = all.flatMap(([, document]) => {
    const parsed = v.safeParse(resourceEdge, document);
    return parsed.success ? [parsed.output] : [];
  });

  it('contains valid documents with at least 60 furnishings and 8 avatars', () => {
    expect(all.some(([, document]) => v.is(roomDocument, document))).toBe(true);
    const furniture = all.filter(
      ([, document]) => v.is(furnitureEdge, document) && 'position' in ((document as { data?: object }).data ?? {}),
    );
    expect(furniture.length).toBeGreaterThanOrEqual(60);
    const avatars = all.filter(([, document]) => v.is(avatarDocument, document) && document.relations?.skeleton);
    expect(avatars.length).toBeGreaterThanOrEqual(8);
  });

  it('lists every resource with its true length and hash', () => {
    expect(resources.length).toBeGreaterThan(200);
    for (const { data, relations } of resources) {
      const bytes = readFileSync(join(folder, relations.ref));
      expect(bytes.length, relations.ref).toBe(data.bytes);
      expect(createHash('sha256').update(bytes).digest('hex'), relations.ref).toBe(data.hash);
    }
  });

  // The whole room takes minutes (`npm run content`). Clothes and bodies have no baked light, and the same code writes them.
  it('equals the output of the current import for worn meshes, byte for byte', async () => {
    await MeshoptSimplifier.ready;
    const { outfit } = makeGuest(await readHumanoid(), [], guests[0]);
    const hashes = new Set(resources.filter(({ data }) => data.kind === 'mesh').map(({ data }) => data.hash));
    expect(outfit.length).toBeGreaterThan(1);
    for (const { product } of outfit) {
      const { levels: count, levelError: maxError } = loungeLevels;
      const { glb } = await writeMesh(product, { count, maxError, maxWeights: 4 });
      const hash = createHash('sha256').update(packGlb(glb)).digest('hex');
      expect(hashes, `${product.name}: the code has changed, write the room anew (npm run content)`).toContain(hash);
    }
  });

  it('is at most 12 MB', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(f => statSync(join(folder, f)));
    expect(files.reduce((sum, s) => sum + (s.isFile() ? s.size : 0), 0)).toBeLessThanOrEqual(12_000_000);
  });
});
