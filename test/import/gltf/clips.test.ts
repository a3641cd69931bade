import { describe, expect, it } from 'vitest';
import { Gltf, rounded } from './build.ts';

function moving(): { gltf: Gltf; node: number } {
  const gltf = new Gltf();
  return { gltf, node: gltf.add('nodes', { name: 'box', mesh: gltf.mesh() }) };
}

const sampleAt = (
  { times, values }: { times: Float32Array; values: Float32Array | Int16Array },
  size: number,
  seconds: number,
) => {
  const k = Math.min(
    times.length - 2,
    Math.max(
      0,
      times.findLastIndex(t => t <= seconds),
    ),
  );
  const f = (seconds - times[k]) / (times[k + 1] - times[k]);
  return Array.from({ length: size }, (_, c) => values[k * size + c] * (1 - f) + values[(k + 1) * size + c] * f);
};

describe('clips', () => {
  it('make an avatar of one joint where a node without a skin moves', async () => {
    const { gltf, node } = moving();
    gltf.animate(node, 'translation', [0, 1], [0, 0, 0, 1, 2, 3]);
    const { clips, skeleton } = await gltf.avatar();
    expect(skeleton.names).toEqual(['box']);
    expect(clips[0]).toMatchObject({
      name: 'clip',
      duration: 1,
      tracks: [{ target: 'box', path: 'translation', interpolation: 'linear' }],
    });
    expect([...clips[0].tracks[0].values]).toEqual([0, 0, 0, 1, 2, 3]);
  });

  it('follow the Hermite curve of glTF 2.0, appendix C.5, for CUBICSPLINE', async () => {
    const { gltf, node } = moving();
    // in-tangent, value, out-tangent a key
    const keys = [
      [0, 0, 0, 1, 2, 3, 4, -5, 6],
      [-2, 1, 7, -1, 0, 2, 3, 3, -3],
      [5, -4, 0, 2, 2, 2, 0, 0, 0],
    ];
    const times = [0.25, 0.75, 2];
    gltf.animate(node, 'translation', times, keys.flat(), { interpolation: 'CUBICSPLINE' });
    const [track] = (await gltf.avatar()).clips[0].tracks;
    for (let seconds = 0.25; seconds <= 2; seconds += 0.0173) {
      const i = seconds < 0.75 ? 0 : 1;
      const dt = times[i + 1] - times[i];
      const t = (seconds - times[i]) / dt;
      const expected = [0, 1, 2].map(
        c =>
          (2 * t ** 3 - 3 * t ** 2 + 1) * keys[i][3 + c] +
          dt * (t ** 3 - 2 * t ** 2 + t) * keys[i][6 + c] +
          (-2 * t ** 3 + 3 * t ** 2) * keys[i + 1][3 + c] +
          dt * (t ** 3 - t ** 2) * keys[i + 1][c],
      );
      // Straight lines between samples at 60 Hz: an eighth of the second derivative times the square of the step.
      sampleAt(track, 3, seconds).forEach((v, c) => {
        expect(Math.abs(v - expected[c])).toBeLessThan(5e-3);
      });
    }
    // The keys themselves are met exactly.
    times.forEach((seconds, i) => {
      expect(rounded(sampleAt(track, 3, seconds))).toEqual(keys[i].slice(3, 6));
    });
  });

  it('keep a spline of rotations at unit length', async () => {
    const { gltf, node } = moving();
    const still = [0, 0, 0, 0];
    gltf.animate(node, 'rotation', [0, 1], [...still, 0, 0, 0, 1, ...still, ...still, 0, 1, 0, 0, ...still], {
      interpolation: 'CUBICSPLINE',
    });
    const { values } = (await gltf.avatar()).clips[0].tracks[0];
    for (let i = 0; i < values.length; i += 4) expect(Math.hypot(...values.subarray(i, i + 4))).toBeCloseTo(1, 5);
    // Half way between no turn and half a turn about y.
    expect(rounded(values.subarray(120, 124))).toEqual(rounded([0, Math.SQRT1_2, 0, Math.SQRT1_2]));
  });

  it('keep STEP', async () => {
    const { gltf, node } = moving();
    gltf.animate(node, 'scale', [0, 1, 2], [1, 1, 1, 2, 2, 2, 1, 1, 1], { interpolation: 'STEP' });
    expect((await gltf.avatar()).clips[0].tracks[0].interpolation).toBe('step');
  });

  it('read rotations as normalized shorts', async () => {
    const { gltf, node } = moving();
    gltf.animate(node, 'rotation', [0, 1], [0, 0, 0, 1, 0, 0, 0, 1]);
    const output = gltf.accessor('VEC4', Int16Array.of(0, 0, 0, 32767, 0, 19660, 0, 26214), { normalized: true });
    (gltf.json.animations[0].samplers as { output: number }[])[0].output = output;
    expect(rounded((await gltf.avatar()).clips[0].tracks[0].values).map(v => Math.round(v * 1e4) / 1e4)).toEqual([
      0, 0, 0, 1, 0, 0.6, 0, 0.8,
    ]);
  });

  it.each([
    ['amid a clip', [0, 1, 1, 2], 'LINEAR', [0, 1 - 2 ** -13, 1, 2], [0, 1, 2, 3]],
    ['at its begin', [0, 0, 1], 'LINEAR', [0, 2 ** -13, 1], [0, 1, 2]],
    ['at its end', [0, 1, 1], 'LINEAR', [0, 1 - 2 ** -13, 1], [0, 1, 2]],
    ['behind a key near by', [0, 0.9999, 1, 1, 2], 'LINEAR', [0, Math.fround(0.9999), 1, 1 + 2 ** -13, 2], [0, 1, 2, 3, 4]],
    ['three times', [0, 1, 1, 1, 2], 'LINEAR', [0, 1 - 2 ** -13, 1, 2], [0, 1, 3, 4]],
    ['alone', [0, 0], 'LINEAR', [0], [1]],
    ['of steps', [0, 1, 1, 2], 'STEP', [0, 1, 2], [0, 2, 3]],
  ])('jump between two keys of one time %s, with a warning', async (_, times, interpolation, becomes, kept) => {
    const { gltf, node } = moving();
    gltf.animate(node, 'translation', times, times.flatMap((_, i) => [i, 0, 0]), { interpolation }); // biome-ignore format: one line
    const { clips, warnings } = await gltf.avatar();
    expect([...clips[0].tracks[0].times]).toEqual(becomes);
    expect([...clips[0].tracks[0].values]).toEqual(kept.flatMap(x => [x, 0, 0]));
    expect(warnings.join()).toMatch(/keys of the same time became a jump/);
  });

  it('give a pose of one key a duration', async () => {
    const { gltf, node } = moving();
    gltf.animate(node, 'translation', [0], [1, 2, 3]);
    expect((await gltf.avatar()).clips[0].duration).toBeGreaterThan(0);
  });

  it('get unique names; one that moves nothing is left out', async () => {
    const { gltf, node } = moving();
    gltf.animate(node, 'translation', [0, 1], [0, 0, 0, 1, 0, 0]);
    gltf.animate(node, 'translation', [0, 1], [0, 0, 0, 2, 0, 0]);
    gltf.add('animations', {
      name: 'pointer',
      samplers: [{ input: 0, output: 1 }],
      channels: [{ sampler: 0, target: { path: 'pointer' } }],
    });
    const { clips, warnings } = await gltf.avatar();
    expect(clips.map(c => c.name)).toEqual(['clip', 'clip 2']);
    expect(warnings.join()).toMatch(/animation pointer: moves nothing/);
  });

  it.each([
    ['times that go back', [0, 2, 1], [0, 0, 0, 1, 1, 1, 2, 2, 2], {}, /key times must ascend.*times\[2\], got 1/],
    ['too few values', [0, 1, 2], [0, 0, 0, 1, 1, 1], {}, /3 keys of 3 numbers at animation clip, translation of box, got 6/],
    ['tangents that are not there', [0, 1], [0, 0, 0, 1, 1, 1], { interpolation: 'CUBICSPLINE' }, /2 keys of 9 numbers/],
  ])('%s: left out', async (_, times, values, more, message) => {
    const { gltf, node } = moving();
    gltf.animate(node, 'translation', times, values, more);
    const { avatar, warnings } = await gltf.read();
    expect(avatar?.clips ?? []).toEqual([]);
    expect(warnings.join()).toMatch(message);
  });
});
