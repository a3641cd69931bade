import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUDGETS,
  budgetFor,
  expectedTextureBytes,
  type Holding,
  MemoryBudget,
  textureBytes,
} from '../../../src/assets/memory/memory-budget.ts';

const high = (gpu: number, visibility: number) => ({ gpu, cpu: 0, visibility });

describe('the memory budget', () => {
  it('counts to the byte', () => {
    const budget = new MemoryBudget(100);
    const mesh = budget.hold({ gpu: 30, cpu: 12, visibility: 1 }, 'fixed');
    const texture = budget.hold(high(40, 1), 'demotable');
    expect([budget.gpu, budget.cpu, budget.total]).toEqual([70, 12, 82]);
    mesh.cpu = 0;
    budget.release(texture);
    budget.release(texture);
    expect(budget.total).toBe(30);
  });

  it('names the least visible high textures, no more than needed', () => {
    const budget = new MemoryBudget(100);
    budget.hold({ gpu: 50, cpu: 0, visibility: 0 }, 'fixed');
    const near = budget.hold(high(40, 9), 'demotable');
    const behind = budget.hold(high(20, 0), 'demotable');
    const far = budget.hold(high(30, 1), 'demotable');
    expect(budget.toDemote()).toEqual([behind, far]);
    near.visibility = 0; // the camera turned
    expect(budget.toDemote()).toEqual([near]);
    budget.limit = 200;
    expect(budget.toDemote()).toEqual([]);
  });

  it('lets a better texture take the place of others, without two changing places for ever', () => {
    const budget = new MemoryBudget(100);
    const held = budget.hold(high(90, 1), 'demotable');
    expect(budget.roomFor(high(10, 0))).toEqual([]);
    expect(budget.roomFor(high(20, 2))).toEqual([held]);
    expect(budget.roomFor(high(20, 1.1))).toBeUndefined();
    expect(budget.roomFor(high(101, 99))).toBeUndefined();
  });

  it('what cannot be demoted is never named, even when it is too much alone', () => {
    const budget = new MemoryBudget(10);
    budget.hold(high(500, 0), 'fixed');
    expect(budget.toDemote()).toEqual([]);
  });

  it('counts what leaves until it has left, and asks nothing else to go for it', () => {
    const budget = new MemoryBudget(100);
    const behind = budget.hold(high(60, 1), 'demotable');
    budget.hold(high(40, 2), 'demotable');
    expect(budget.roomFor(high(50, 9))).toEqual([behind]);
    budget.leave(behind);
    expect(budget.total).toBe(100);
    expect(budget.roomFor(high(50, 9))).toEqual([]);
    expect(budget.fits(high(50, 9))).toBe(false);
    budget.limit = 90;
    expect(budget.toDemote()).toEqual([]);
    budget.release(behind);
    expect(budget.fits(high(50, 9))).toBe(true);
  });

  it('knows of an opaque texture what it will hold before it comes', () => {
    const picture = { type: 'image/webp', bytes: 100, width: 16, height: 4 };
    expect(expectedTextureBytes(picture)).toEqual({ gpu: (64 + 16 + 4 + 2 + 1) * 4, cpu: 256 });
    // 4 x 2 blocks of DXT1, then 2 x 1, and one block each for 4 x 2, 2 x 1, 1 x 1.
    const compressed = { type: 'image/ktx2', bytes: 100, width: 16, height: 8 };
    expect(expectedTextureBytes(compressed)).toEqual({ gpu: (8 + 2 + 3) * 8, cpu: (8 + 2 + 3) * 8 });
    // Shrunk to 2048 as it is decoded.
    const large = { ...compressed, width: 8192, height: 4096 };
    expect(expectedTextureBytes(large)).toEqual(expectedTextureBytes({ ...large, width: 2048, height: 1024 }));
    expect(expectedTextureBytes({ type: 'image/webp', bytes: 100 }).gpu).toBeGreaterThan(1000);
  });

  it('knows the size of textures, and tiers', () => {
    const picture = { kind: 'picture', width: 4, height: 4, image: { data: new Uint8Array(0), width: 4, height: 4 } } as const;
    expect(textureBytes(picture)).toEqual({ gpu: 84, cpu: 64 });
    expect(textureBytes({ ...picture, width: 8, height: 1 }).gpu).toBe((8 + 4 + 2 + 1) * 4);
    expect(textureBytes({ ...picture, width: 6, height: 4 })).toEqual({ gpu: 96, cpu: 96 }); // no mips in WebGL 1
    const sampling = { wrapS: 'repeat', wrapT: 'repeat', nearest: true, minify: 'nearest' } as const;
    expect(textureBytes({ ...picture, sampling })).toEqual({ gpu: 64, cpu: 64 });
    const levels = [new Uint8Array(32), new Uint8Array(8)];
    expect(textureBytes({ kind: 'compressed', format: 'dxt1', width: 8, height: 8, levels })).toEqual({ gpu: 40, cpu: 40 });
    expect([undefined, 0.5, 2, 4, 8].map(gib => budgetFor(gib))).toEqual([
      BUDGETS.medium,
      BUDGETS.small,
      BUDGETS.small,
      BUDGETS.medium,
      BUDGETS.large,
    ]);
    expect(budgetFor(8, true)).toBe(BUDGETS.small);
  });

  it('whatever is held: those named free enough where enough can be freed, and leaving one out would not', () => {
    const holding = fc.record({ gpu: fc.nat(100), cpu: fc.nat(20), visibility: fc.nat(5), fixed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(holding, { maxLength: 30 }), fc.nat(800), (list, limit) => {
        const budget = new MemoryBudget(limit);
        for (const { fixed, ...h } of list) budget.hold(h, fixed ? 'fixed' : 'demotable');
        const victims = budget.toDemote();
        const size = (h: Holding) => h.gpu + h.cpu;
        const total = list.reduce((sum, h) => sum + size(h), 0);
        const demotable = list.filter(h => !h.fixed).reduce((sum, h) => sum + size(h), 0);
        const freed = victims.reduce((sum, h) => sum + size(h), 0);
        expect(freed).toBeGreaterThanOrEqual(Math.min(total - limit, demotable));
        if (victims.length > 0) expect(freed - size(victims[victims.length - 1])).toBeLessThan(total - limit);
        const seen = Math.max(...victims.map(v => v.visibility));
        for (const { fixed, ...h } of list)
          if (!fixed && size(h) > 0 && h.visibility < seen)
            expect(victims.filter(v => v.visibility === h.visibility && size(v) === size(h)).length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
