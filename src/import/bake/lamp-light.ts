/** Places lamps in a room and computes how bright they are. */
import { mat4, vec3 } from 'gl-matrix';
import type { SourceLamp } from '../model/source-model.ts';
import { type Furnishing, matrixOf, scaleOf } from './world-surface.ts';

/** Rays from a vertex to a lamp, and metres from a lamp's middle to its surface. */
export const LAMP_RAYS = 4;
export const LAMP_RADIUS = 0.04;

/**
 * Returns a lamp's light for a surface that faces it, as a share of its colour; the vector leads to the lamp.
 *
 * The formulas are those that KHR_lights_punctual recommends: 1 / d^2, times max(min(1 - (d / range)^4, 1), 0), times the square
 * of the share between the cosines of both angles.
 */
export function lampLight({ range, cone }: SourceLamp, dx: number, dy: number, dz: number): number {
  const distance = Math.max(LAMP_RADIUS, Math.hypot(dx, dy, dz));
  const ends = range === undefined ? 1 : Math.max(0, Math.min(1, 1 - (distance / range) ** 4));
  if (!cone) return ends / distance ** 2;
  const cosine = -(dx * cone.direction[0] + dy * cone.direction[1] + dz * cone.direction[2]) / distance;
  const outer = Math.cos(cone.outer);
  const share = Math.max(0, Math.min(1, (cosine - outer) / Math.max(1e-3, Math.cos(cone.inner) - outer)));
  return (ends * share * share) / distance ** 2;
}

/** Returns the lamps of all furniture, in the room. A furnishing twice as large has the same light on its own surfaces. */
export function lampsOf(furniture: readonly Furnishing[]): SourceLamp[] {
  return furniture.flatMap(furnishing =>
    (furnishing.product.lamps ?? []).map(lamp => {
      const matrix = matrixOf(furnishing);
      const scale = Math.cbrt(scaleOf(furnishing).reduce((product, s) => product * Math.abs(s), 1));
      const at = (v: vec3): [number, number, number] => [v[0], v[1], v[2]];
      const position = at(vec3.transformMat4(vec3.create(), [...lamp.position], matrix));
      const color = [0, 1, 2].map(c => lamp.color[c] * scale * scale) as [number, number, number];
      if (!lamp.cone) return { ...lamp, position, color, ...(lamp.range === undefined ? {} : { range: lamp.range * scale }) };
      const turned = mat4.clone(matrix);
      turned[12] = turned[13] = turned[14] = 0;
      const direction = at(vec3.normalize(vec3.create(), vec3.transformMat4(vec3.create(), [...lamp.cone.direction], turned)));
      const range = lamp.range === undefined ? {} : { range: lamp.range * scale };
      return { ...lamp, position, color, ...range, cone: { ...lamp.cone, direction } };
    }),
  );
}
