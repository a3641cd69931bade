import { Group, Object3D } from 'three';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/core/encode-light.ts';
import { createLighting, lightingOf, SHOULDER_TOP, setLight, shoulder } from '../../../src/render/materials/lighting.ts';

const light = { sky: [0.5, 0.5, 0.5], ground: [0.5, 0.5, 0.5], sun: { direction: [0, 0, 3], color: [0, 0, 0] } } as const;
const at = (c: Float32Array, n: number[], channel = 0) =>
  c[channel] + n[0] * c[4 + channel] + n[1] * c[8 + channel] + n[2] * c[12 + channel];

describe('createLighting', () => {
  it('returns the encoded light if light is the same from all directions', () => {
    const { coefficients } = createLighting(light);
    for (const n of [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, 1],
    ])
      expect(at(coefficients, n)).toBeCloseTo(encode(0.5), 2);
  });

  it('is brightest towards the sun, whose direction may have any length', () => {
    const { coefficients } = createLighting({ ...light, sun: { direction: [0, 0, 3], color: [1, 0, 0] } });
    expect(at(coefficients, [0, 0, 1])).toBeGreaterThan(at(coefficients, [0, 0, -1]) + 0.2);
    expect(at(coefficients, [0, 0, 1], 1)).toBeCloseTo(encode(0.5), 2);
  });

  it('stays within 0.12 of the true encoded light in every direction', () => {
    const real = {
      sky: [0.62, 0.64, 0.7],
      ground: [0.3, 0.26, 0.22],
      sun: { direction: [0.4, 0.8, 0.45], color: [0.5, 0.46, 0.4] },
    } as const;
    const { coefficients } = createLighting(real);
    for (let i = 0; i < 200; i++) {
      const y = 1 - (2 * i + 1) / 200;
      const n = [Math.sqrt(1 - y * y) * Math.cos(i * 2.4), y, Math.sqrt(1 - y * y) * Math.sin(i * 2.4)];
      const facing = Math.max(0, (n[0] * 0.4 + n[1] * 0.8 + n[2] * 0.45) / Math.hypot(0.4, 0.8, 0.45));
      const truth = encode(shoulder(0.3 + 0.32 * (n[1] * 0.5 + 0.5) + 0.5 * facing));
      expect(Math.abs(at(coefficients, n) - truth)).toBeLessThan(0.12);
    }
  });

  it('returns finite numbers for a sun without direction', () => {
    const { coefficients } = createLighting({ ...light, sun: { direction: [0, 0, 0], color: [1, 1, 1] } });
    expect(coefficients.every(Number.isFinite)).toBe(true);
  });
});

it('shoulder increases without a step and never exceeds its top', () => {
  let last = 0;
  for (let x = 0; x < 20; x += 0.01) {
    expect(shoulder(x)).toBeGreaterThanOrEqual(last);
    expect(shoulder(x) - last).toBeLessThanOrEqual(0.0100001);
    last = shoulder(x);
  }
  expect(last).toBeLessThan(SHOULDER_TOP);
});

it('lightingOf returns the light of the nearest ancestor', () => {
  const scene = new Group();
  const room = new Group();
  const chair = new Object3D();
  scene.add(room);
  room.add(chair);
  const none = lightingOf(chair);
  setLight(scene, light);
  expect(lightingOf(chair)).not.toBe(none);
  const outer = lightingOf(chair);
  setLight(room, light);
  expect(lightingOf(chair)).not.toBe(outer);
});
