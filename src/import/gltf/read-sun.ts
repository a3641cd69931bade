/** Reads the lights of a file (KHR_lights_punctual). */
import type { GLTF } from '@gltf-transform/core';
import type { mat4 } from 'gl-matrix';
import type { RoomLight } from '../model/source-model.ts';
import type { Warn } from '../report/warnings.ts';

type Sun = RoomLight['sun'];
interface Light {
  readonly type?: unknown;
  readonly color?: unknown;
  readonly intensity?: unknown;
}

/** A white surface under an irradiance of pi looks white. Beyond this multiple of it, the file uses lux. */
const WHITE = Math.PI;
const LUX = 4;

/**
 * Returns the first directional light as the room's sun. It leaves out lamps with a warning, because the renderer has none.
 * @param worldOf - the world matrix of node `i`; undefined where it is not in the scene.
 */
export function readSun(json: GLTF.IGLTF, worldOf: (node: number) => mat4 | undefined, warn: Warn): Sun | undefined {
  const list = (json.extensions as { KHR_lights_punctual?: { lights?: unknown } } | undefined)?.KHR_lights_punctual?.lights;
  if (!Array.isArray(list)) return undefined;
  let sun: Sun | undefined;
  let others = 0;
  for (const [i, node] of (json.nodes ?? []).entries()) {
    const index = (node.extensions as { KHR_lights_punctual?: { light?: unknown } } | undefined)?.KHR_lights_punctual?.light;
    const light: Light | undefined = typeof index === 'number' ? list[index] : undefined;
    const world = light && worldOf(i);
    if (!light || !world) continue;
    if (light.type === 'directional' && !sun) sun = sunOf(light, world);
    else others++;
  }
  if (others > 0)
    warn(
      `KHR_lights_punctual: ${others === 1 ? '1 light' : `${others} lights`} beside the sun ${others === 1 ? 'is' : 'are'} not drawn`,
    );
  return sun;
}

/** Converts a light. It shines along its node's -z; the room's direction points towards the sun. */
function sunOf({ color, intensity }: Light, world: mat4): Sun | undefined {
  const direction: [number, number, number] = [world[8], world[9], world[10]];
  const length = Math.hypot(...direction);
  if (!(length > 1e-6 && length < 1e6)) return undefined;
  const number = (x: unknown, fallback: number) => (typeof x === 'number' && x >= 0 && x < 1e9 ? x : fallback);
  const strength = number(intensity, 1) / WHITE;
  const [r, g, b] = Array.isArray(color) ? color : [1, 1, 1];
  const bright = strength > LUX ? 1 : strength;
  return {
    direction: [direction[0] / length, direction[1] / length, direction[2] / length],
    color: [number(r, 1) * bright, number(g, 1) * bright, number(b, 1) * bright].map(x => Math.min(LUX, x)) as [
      number,
      number,
      number,
    ],
  };
}
