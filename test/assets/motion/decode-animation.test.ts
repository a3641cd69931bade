import { describe, expect, it } from 'vitest';
import { decodeAnimation } from '../../../src/assets/motion/decode-animation.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { GlbBuilder } from '../make-glb.ts';

type Times = Float32Array | Uint16Array;

function clip(times: Times = new Float32Array([0, 0.5, 2]), change: (json: Record<string, never>) => void = () => {}) {
  const glb = new GlbBuilder();
  const input = glb.accessor(times, 'SCALAR');
  const turn = new Int16Array([0, 0, 0, 32767, 0, 32767, 0, 0, 0, 0, 0, 32767]);
  const output = glb.accessor(turn, 'VEC4', { normalized: true });
  const weights = glb.accessor(new Float32Array([0, 1, 0.5, 0.25, 1, 0]), 'SCALAR');
  Object.assign(glb.json, {
    nodes: [{ name: 'head' }, { mesh: 0 }],
    meshes: [{ primitives: [], extras: { targetNames: ['smile', 'blink'] } }],
    animations: [
      {
        name: 'nod',
        samplers: [
          { input, output },
          { input, output: weights, interpolation: 'STEP' },
        ],
        channels: [
          { sampler: 0, target: { node: 0, path: 'rotation' } },
          { sampler: 0, target: { node: 0, path: 'rotation' } },
          { sampler: 1, target: { node: 1, path: 'weights' } },
          { sampler: 0, target: { path: 'rotation' } },
        ],
        extras: { foyer: { loop: false, speed: 1.4 } },
      },
    ],
  });
  change(glb.json as never);
  return glb.build();
}

describe('decodeAnimation', () => {
  it('reads tracks by name, keeps 16-bit rotations, splits weights by target', () => {
    const asset = decodeAnimation(clip(), 'nod.glb');
    expect(asset).toMatchObject({ name: 'nod', duration: 2, loop: false, speed: 1.4 });
    expect(asset.tracks.map(t => [t.target, t.path, t.interpolation])).toEqual([
      ['head', 'rotation', 'linear'],
      ['smile', 'weight', 'step'],
      ['blink', 'weight', 'step'],
    ]);
    expect(asset.tracks[0].values).toBeInstanceOf(Int16Array);
    expect([...asset.tracks[2].values]).toEqual([1, 0.25, 0]);
  });

  it('a single pose lasts a moment', () => {
    const asset = decodeAnimation(
      clip(new Float32Array([0]), json => {
        const { accessors, animations } = json as never as {
          accessors: { count: number }[];
          animations: { channels: object[] }[];
        };
        accessors[1].count = 1;
        animations[0].channels.splice(1);
      }),
      'pose.glb',
    );
    expect(asset.duration).toBeGreaterThan(0);
  });

  it.each([
    ['times that run back', clip(new Float32Array([0, 1, 0.5])), 'must ascend'],
    ['a time below 0', clip(new Float32Array([-1, 0, 0.5])), 'must ascend'],
    ['times that are no floats', clip(new Uint16Array([0, 1, 2])), 'times must be floats'],
    ['a time that is not finite', clip(new Float32Array([0, 1, Infinity])), 'not finite'],
    ['values that do not fit the times', clip(new Float32Array([0, 1])), '3 values for 2 times'],
    ['no animation', clip(undefined, json => Object.assign(json, { animations: [] })), 'has no animation'],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => decodeAnimation(bytes, 'bad.glb')).toThrow(words);
  });

  it('any byte changed: an animation or a FormatError', () => {
    const random = seededRandom(5);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = clip();
      for (let n = 0; n < 3; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        decodeAnimation(bytes, 'fuzz.glb');
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
