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

/** The triangles of a part whose middle is `wanted`: places and texture coordinates of their corners. */
function* trianglesOf({ index, positions, uvs }: SourcePart, wanted: (middle: number[]) => boolean) {
  for (let t = 0; t < index.length; t += 3) {
    const corners = [...index.slice(t, t + 3)];
    const places = corners.map(v => [...positions.slice(v * 3, v * 3 + 3)]);
    if (!wanted([0, 1, 2].map(k => (places[0][k] + places[1][k] + places[2][k]) / 3))) continue;
    yield { places, uv: corners.map(v => [...(uvs ?? []).slice(v * 2, v * 2 + 2)]) };
  }
}

/** Share of the area on which v, 1.05 m on a garment, changes by less than a third of the way. */
function shareStretched(part: SourcePart, wanted: (middle: number[]) => boolean): number {
  let [all, stretched] = [0, 0];
  for (const { places, uv } of trianglesOf(part, wanted)) {
    const [ab, ac] = [1, 2].map(c => places[c].map((x, k) => x - places[0][k]));
    const [db, dc] = [1, 2].map(c => (uv[c][1] - uv[0][1]) * 1.05);
    const dot = (a: number[], b: number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const [bb, bc, cc] = [dot(ab, ab), dot(ab, ac), dot(ac, ac)];
    const square = bb * cc - bc * bc;
    if (square <= 0) continue;
    // The gradient of v: as a form over the inverse of the metric.
    const slope = Math.sqrt(Math.max(0, (cc * db * db - 2 * bc * db * dc + bb * dc * dc) / square));
    all += Math.sqrt(square);
    if (slope < 1 / 3) stretched += Math.sqrt(square);
  }
  return stretched / all;
}

/** The farthest that u lies apart at the corners of a triangle. */
function farthestApart(part: SourcePart, wanted: (middle: number[]) => boolean): number {
  let most = 0;
  for (const { uv } of trianglesOf(part, wanted))
    most = Math.max(most, Math.max(...uv.map(([u]) => u)) - Math.min(...uv.map(([u]) => u)));
  return most;
}

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
    const partOf = (category: string) =>
      outfit.find(({ product }) => product.category === category)?.product.parts[0] as SourcePart;
    // A stripe that ran up along the armholes: the texture did not change between the chest and the shoulder.
    expect(shareStretched(partOf('top'), p => p[1] > 1.4 && Math.abs(p[0]) > 0.09 && Math.abs(p[0]) < 0.15)).toBeLessThan(0.02);
    // A beard ended in saw teeth: triangles on the sides of the head reached from it to the margin of the picture.
    expect(farthestApart(partOf('body'), p => p[2] > 0 && p[1] > 1.63)).toBeLessThan(0.3);
  }, 90_000);
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
