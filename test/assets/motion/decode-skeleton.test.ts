import { describe, expect, it } from 'vitest';
import { decodeSkeleton } from '../../../src/assets/motion/decode-skeleton.ts';
import { GlbBuilder } from '../make-glb.ts';

function skeleton(nodes: unknown, humanoid?: unknown): Uint8Array {
  const glb = new GlbBuilder();
  Object.assign(glb.json, { nodes, asset: { version: '2.0', extras: { foyer: { humanoid } } } });
  return glb.build();
}

describe('decodeSkeleton', () => {
  it('puts parents first, whatever the order of the file', () => {
    const asset = decodeSkeleton(
      skeleton(
        [
          { name: 'head', translation: [0, 0.3, 0] },
          { name: 'spine', children: [0], rotation: [0, 0, 2, 0] },
          { name: 'hips', children: [1, 3], scale: [2, 2, 2] },
          { name: 'tail' },
        ],
        { hips: 'hips', head: 'head' },
      ),
      's.glb',
    );
    expect(asset.names).toEqual(['hips', 'spine', 'tail', 'head']);
    expect([...asset.parents]).toEqual([-1, 0, 0, 1]);
    expect([...asset.rotations.slice(4, 8)]).toEqual([0, 0, 1, 0]); // made unit length
    expect([...asset.scales.slice(0, 3)]).toEqual([2, 2, 2]);
    expect(asset.translations[10]).toBeCloseTo(0.3);
    expect(asset.humanoid).toEqual({ hips: 'hips', head: 'head' });
  });

  it('takes a matrix apart', () => {
    const asset = decodeSkeleton(skeleton([{ matrix: [0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 5, 6, 7, 1] }]), 's.glb');
    expect([...asset.translations]).toEqual([5, 6, 7]);
    expect([...asset.scales]).toEqual([2, 2, 2]);
    expect([...asset.rotations].map(x => Math.round(x * 1e3))).toEqual([0, 0, 707, 707]);
    expect(asset.names).toEqual(['node0']);
  });

  it.each([
    ['no nodes', [], undefined, 'expected 1 to'],
    ['a circle', [{ children: [1] }, { children: [0] }], undefined, 'its own ancestor'],
    ['two parents', [{ children: [2] }, { children: [2] }, {}], undefined, 'two parents'],
    ['one name twice', [{ name: 'a' }, { name: 'a' }], undefined, 'same name'],
    ['a child that is not there', [{ children: [7] }], undefined, 'nodes[0].children[0]'],
    ['too many', Array.from({ length: 4002 }, () => ({})), undefined, 'expected 1 to 4001'],
    ['a humanoid without its joint', [{ name: 'a' }], { hips: 'b' }, 'humanoid.hips'],
  ])('refuses %s', (_, nodes, humanoid, words) => {
    expect(() => decodeSkeleton(skeleton(nodes, humanoid), 'bad.glb')).toThrow(words);
  });
});
