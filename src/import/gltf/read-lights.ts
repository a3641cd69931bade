/** Reads the lights of a file (KHR_lights_punctual). */

import type { GLTF } from '@gltf-transform/core';
import type { mat4 } from 'gl-matrix';
import { counted, countedAre } from '../../core/counted.ts';
import type { RoomLight, SourceLamp } from '../model/source-model.ts';
import type { Warn } from '../report/warnings.ts';

type Sun = RoomLight['sun'];
type Triple = [number, number, number];
interface Light {
  readonly type?: unknown;
  readonly color?: unknown;
  readonly intensity?: unknown;
  readonly range?: unknown;
  readonly spot?: unknown;
}

/** A white surface under an irradiance of pi looks white. Beyond this multiple of it, the file uses lux or candela. */
const WHITE = Math.PI;
const LUX = 4;
/** Metres from a lamp at which its light is compared with LUX. A lamp in physical units gives white light there. */
const NEAR = 2;
/** Maximum lamps of a model. Baking takes a few rays for each at every vertex. */
const MAX_LAMPS = 32;

/** The sun, and the lamps in the space of the model. */
export interface FileLights {
  readonly sun?: Sun;
  readonly lamps: readonly SourceLamp[];
}

/**
 * Returns the first directional light as the room's sun, and point and spot lights as lamps, which only baking draws.
 *
 * Many exporters write physical units, which need an exposure of the camera. Where a lamp would be more than four times as bright
 * as white paper 2 m away, all are dimmed alike.
 *
 * @param worldOf - the world matrix of node `i`; undefined where it is not in the scene.
 * @param standsStill - whether the model is furniture. Lamps that move are left out.
 */
export function readLights(
  json: GLTF.IGLTF,
  worldOf: (node: number) => mat4 | undefined,
  standsStill: boolean,
  warn: Warn,
): FileLights {
  const list = (json.extensions as { KHR_lights_punctual?: { lights?: unknown } } | undefined)?.KHR_lights_punctual?.lights;
  if (!Array.isArray(list)) return { lamps: [] };
  let sun: Sun | undefined;
  let others = 0;
  const lamps: SourceLamp[] = [];
  for (const [i, node] of (json.nodes ?? []).entries()) {
    const index = (node.extensions as { KHR_lights_punctual?: { light?: unknown } } | undefined)?.KHR_lights_punctual?.light;
    const light: Light | undefined = typeof index === 'number' ? list[index] : undefined;
    const world = light && worldOf(i);
    if (!light || !world) continue;
    const lamp = light.type === 'directional' ? undefined : lampOf(light, world);
    if (light.type === 'directional' && !sun) sun = sunOf(light, world);
    else if (lamp && standsStill && lamps.length < MAX_LAMPS) lamps.push(lamp);
    else others++;
  }
  if (others > 0) warn(`KHR_lights_punctual: ${countedAre(others, 'light')} not drawn beside the sun`);
  if (lamps.length > 0)
    warn(
      `KHR_lights_punctual: ${counted(lamps.length, 'lamp')}: ${lamps.length === 1 ? 'it shines' : 'they shine'} with --bake alone`,
    );
  return { ...(sun ? { sun } : {}), lamps: dimmed(lamps) };
}
const number = (x: unknown, fallback: number): number => (typeof x === 'number' && x >= 0 && x < 1e9 ? x : fallback);

function colorOf({ color, intensity }: Light): Triple {
  const [r, g, b] = Array.isArray(color) ? color : [1, 1, 1];
  const strength = number(intensity, 1) / WHITE;
  return [number(r, 1) * strength, number(g, 1) * strength, number(b, 1) * strength];
}

/** Returns the direction from the scene towards a node's light, which shines along the node's -z; undefined where it has none. */
function towards(world: mat4): Triple | undefined {
  const length = Math.hypot(world[8], world[9], world[10]);
  return length > 1e-6 && length < 1e6 ? [world[8] / length, world[9] / length, world[10] / length] : undefined;
}

function sunOf(light: Light, world: mat4): Sun | undefined {
  const direction = towards(world);
  if (!direction) return undefined;
  const bright = number(light.intensity, 1) / WHITE > LUX;
  const [r, g, b] = colorOf(bright ? { ...light, intensity: WHITE } : light);
  return { direction, color: [Math.min(LUX, r), Math.min(LUX, g), Math.min(LUX, b)] };
}

function lampOf(light: Light, world: mat4): SourceLamp | undefined {
  const position: Triple = [world[12], world[13], world[14]];
  const color = colorOf(light);
  if (!position.every(x => Math.abs(x) < 1e6) || color.every(c => c === 0)) return undefined;
  const range = number(light.range, 0);
  const lamp = { position, color, ...(range > 0 ? { range } : {}) };
  if (light.type === 'point') return lamp;
  const back = towards(world);
  if (light.type !== 'spot' || !back) return undefined;
  const { innerConeAngle, outerConeAngle } = (light.spot ?? {}) as Readonly<Record<string, unknown>>;
  const outer = Math.min(Math.PI / 2, Math.max(1e-3, number(outerConeAngle, Math.PI / 4)));
  const inner = Math.min(outer - 1e-4, number(innerConeAngle, 0));
  return { ...lamp, cone: { direction: [-back[0], -back[1], -back[2]], inner, outer } };
}

function dimmed(lamps: readonly SourceLamp[]): SourceLamp[] {
  const most = Math.max(0, ...lamps.flatMap(l => l.color)) / (NEAR * NEAR);
  const by = most > LUX ? 1 / most : 1;
  return lamps.map(l => ({ ...l, color: [l.color[0] * by, l.color[1] * by, l.color[2] * by] as const }));
}
