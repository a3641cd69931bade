import { MeshoptSimplifier } from 'meshoptimizer';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Humanoid, readHumanoid } from '../../src/content/lounge/avatar/captured-humanoid.ts';
import { guestClips } from '../../src/content/lounge/avatar/clips.ts';
import { makeGuest } from '../../src/content/lounge/avatar/guest.ts';
import { guests } from '../../src/content/lounge/guests.ts';
import type { SourcePart } from '../../src/import/model/source-model.ts';
import { pokingOut, posed } from './poking-out.ts';

let humanoid: Humanoid;
beforeAll(async () => {
  await MeshoptSimplifier.ready;
  humanoid = await readHumanoid();
});

describe('guests', () => {
  it('number at least 8, in at least 4 different outfits', () => {
    expect(guests.length).toBeGreaterThanOrEqual(8);
    const outfits = guests.map(g => Buffer.from(g.top.cloth.rgba).toString('latin1'));
    expect(new Set(outfits).size).toBeGreaterThanOrEqual(4);
  });

  it('have bodies of 3 to 6 thousand triangles whose weights sum to 1', () => {
    const { outfit, skeleton } = makeGuest(humanoid, [], guests[1]);
    let triangles = 0;
    for (const { product } of outfit) {
      for (const part of product.parts) {
        triangles += part.index.length / 3;
        expect(part.positions.every(Number.isFinite) && part.normals.every(Number.isFinite), product.name).toBe(true);
        const weights = part.weights ?? new Float32Array();
        for (let v = 0; v < weights.length; v += 4)
          expect(weights[v] + weights[v + 1] + weights[v + 2] + weights[v + 3]).toBeCloseTo(1, 5);
        expect(part.joints?.every(j => j < skeleton.names.length)).toBe(true);
        expect(product.skin?.inverseBind.every(Number.isFinite)).toBe(true);
      }
    }
    expect(triangles).toBeGreaterThan(3000);
    expect(triangles).toBeLessThan(6000);
  }, 30_000);
});

describe('clothes', () => {
  it.each([
    ['a dress', 'Zuri', [['body', 'top']]],
    [
      'a vest and trousers',
      'Omar',
      [
        ['body', 'top'],
        ['bottom', 'top'],
      ],
    ],
  ] as const)(
    '%s: nothing under them comes out, whatever is danced',
    async (_, name, layers) => {
      const guest = guests.find(g => g.name === name);
      if (!guest) throw new Error(`${name} is not here`);
      const { outfit } = makeGuest(humanoid, [], guest);
      const part = (category: string) =>
        outfit.find(({ product }) => product.category === category)?.product.parts[0] as SourcePart;
      for (const clip of (await guestClips(humanoid)).filter(c => ['dance', 'twist', 'walk', 'perch'].includes(c.name))) {
        for (const share of [0, 0.3, 0.6]) {
          const matrices = posed(humanoid, clip, clip.duration * share);
          for (const [under, over] of layers) {
            const { area, farthest } = pokingOut(part(under), part(over), matrices);
            expect(area, `${clip.name} at ${share}: cm² of the ${under} through the ${over}, up to ${farthest} mm`).toBeLessThan(
              5,
            );
          }
        }
      }
    },
    90_000, // A busy machine takes that long.
  );
});

describe('clips', () => {
  it('match those of the room, move only existing joints by unit quaternions, and close their loops', async () => {
    const clips = await guestClips(humanoid);
    expect(clips.map(c => c.name)).toEqual([
      'idle',
      'walk',
      'run',
      'dance',
      'twist',
      'wave',
      'sit',
      'perch',
      'hello',
      'clap',
      'laugh',
    ]);
    for (const clip of clips) {
      expect(clip.duration).toBeGreaterThan(0);
      for (const track of clip.tracks) {
        expect(humanoid.skeleton.names).toContain(track.target);
        if (track.path !== 'rotation') continue;
        for (let k = 0; k < track.values.length; k += 4) expect(Math.hypot(...track.values.slice(k, k + 4))).toBeCloseTo(1, 3);
      }
    }
    for (const clip of clips.filter(c => ['dance', 'twist', 'wave', 'sit', 'perch'].includes(c.name))) {
      for (const { values, times } of clip.tracks) {
        const width = values.length / times.length;
        expect([...values.slice(0, width)]).toEqual([...values.slice(-width)]);
      }
    }
  });

  it('walk at the pace of a stroll', async () => {
    const walk = (await guestClips(humanoid)).find(c => c.name === 'walk');
    expect(walk?.speed).toBeGreaterThan(0.8);
    expect(walk?.speed).toBeLessThan(2);
  });
});
