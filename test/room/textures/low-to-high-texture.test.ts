import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../src/assets/memory/memory-budget.ts';
import type { ResourceInfo } from '../../../src/room/documents/room-info.ts';
import { FrameChanges } from '../../../src/room/resources/frame-changes.ts';
import { RoomResources } from '../../../src/room/resources/room-resources.ts';
import { LowToHighTexture } from '../../../src/room/textures/low-to-high-texture.ts';
import { FakeWorld } from '../fakes.ts';

const KB = 1024;

function high(type: string, bytes: number): ResourceInfo & { readonly kind: 'texture' } {
  const url = `https://a.example/${type}`;
  const size = { width: 1024, height: 1024 };
  return { kind: 'texture', tier: 'high', slot: 'floor', name: '', type, bytes, hash: type, url, mirrors: [], ...size };
}

/** Type of the high texture that is taken, with a budget of `mebibytes`. */
function taken(mebibytes: number, ktx2: number, webp: number, compressed = true): string | undefined {
  const world = new FakeWorld();
  const budget = new MemoryBudget(mebibytes * 2 ** 20);
  const store = new RoomResources(world.ports, budget, new FrameChanges(world.clock, () => {}));
  const forms = [high('image/webp', webp), high('image/ktx2', ktx2)];
  const types = [forms, forms.toReversed()].map(
    order => new LowToHighTexture(store, order, compressed, () => {}).high?.info.type,
  );
  // The documents may name them in any order.
  expect(types[1]).toBe(types[0]);
  return types[0];
}

describe('the form of a high texture', () => {
  it('is KTX2 where the GPU takes it', () => {
    expect(taken(512, 120 * KB, 20 * KB)).toBe('image/ktx2');
    expect(taken(512, 120 * KB, 20 * KB, false)).toBe('image/webp');
  });

  it('is WebP where KTX2 is large, and memory has room for pixels', () => {
    expect(taken(128, 560 * KB, 48 * KB)).toBe('image/webp');
    expect(taken(64, 560 * KB, 48 * KB)).toBe('image/ktx2');
    expect(taken(128, 400 * KB, 160 * KB)).toBe('image/ktx2');
  });
});
