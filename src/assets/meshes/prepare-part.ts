/** Makes decoded parts ready for the GPU. The decoder's worker does it, so that the page only uploads. */

import { encodedColors } from './encoded-colors.ts';
import type { MeshLevel, MeshPart, UnpreparedPart, VertexAttribute, VertexAttributes } from './mesh-asset.ts';
import { orderForShading } from './shading-order.ts';
import { skinBoundsOf } from './skin-bounds.ts';
import { byWeights, heaviestFirst, heaviestOnly, jointsOfVertices } from './weight-ranges.ts';

/**
 * Maximum draw calls of the finest level, one for each number of joints. SwiftShader reads each of a joint's twelve numbers by itself, so
 * skinning is a fifth of a frame in full detail. Four calls take 0.96 of the processor time of three (100 knights, 5 interleaved rounds).
 * Coarser levels are far away and many. There, a second call saves 4 % of the GPU process, but costs 84 draw calls with their palettes.
 */
const MOST_RANGES = 4;

/**
 * From this error in metres, a level keeps two joints a vertex, or one. On figures of human size, the change of shape stays
 * within the same distance. The vertex shader is a third shorter.
 *
 * Two joints from 0.01 m, not from 0.015, take 0.95 of the GPU process for 100 knights, and no picture changes by more than 0.0002.
 * One joint from 0.02 m saves as much again, but a picture of 640 x 360 is similar by 0.9675, not by 0.9724.
 */
const TWO_JOINTS_FROM = 0.01;
const ONE_JOINT_FROM = 0.04;

/** A part with what its draw calls need. Arrays that need no change are shared with `part`. */
export function preparePart(part: UnpreparedPart): MeshPart {
  const prepared = new PreparedAttributes();
  const isSkinned = part.skin !== undefined;
  const levels = part.levels.map((level, i): MeshLevel => {
    const attributes = prepared.colored(level.attributes);
    const { JOINTS_0, WEIGHTS_0 } = attributes;
    if (!isSkinned || !JOINTS_0 || !WEIGHTS_0)
      return { ...level, attributes, ranges: [{ start: 0, count: level.index.length, joints: 0 }] };
    const most = i === 0 || level.error < TWO_JOINTS_FROM ? 4 : level.error < ONE_JOINT_FROM ? 2 : 1;
    const { needs, ...skin } = prepared.skin(JOINTS_0, WEIGHTS_0, most);
    // Of blended triangles, the last one drawn is seen in front.
    const isBlended = part.material.alphaMode === 'blend';
    const { index, ranges } = byWeights(level.index, needs, i === 0 && !isBlended ? MOST_RANGES : 1);
    // Rigid parts keep the order of their file: their shaders are so short that it gains nothing.
    if (!isBlended) for (const { start, count } of ranges) orderForShading(index, start, start + count);
    return { index, error: level.error, attributes: { ...attributes, ...skin }, ranges };
  });
  return { ...part, levels, skinBounds: isSkinned ? skinBoundsOf(part.levels[0].attributes) : undefined };
}

interface PreparedSkin {
  readonly JOINTS_0: VertexAttribute;
  readonly WEIGHTS_0: VertexAttribute;
  readonly needs: Uint8Array;
}

/** What levels share, prepared once. */
class PreparedAttributes {
  readonly #colors = new Map<VertexAttribute, VertexAttribute>();
  /** By their joints, their weights and the number of joints kept. Levels may share weights and not joints, or the reverse. */
  readonly #skins = new Map<VertexAttribute, Map<VertexAttribute, (PreparedSkin | undefined)[]>>();

  colored(attributes: VertexAttributes): VertexAttributes {
    const { COLOR_0 } = attributes;
    if (!COLOR_0) return attributes;
    let colors = this.#colors.get(COLOR_0);
    if (!colors) this.#colors.set(COLOR_0, (colors = encodedColors(COLOR_0)));
    return { ...attributes, COLOR_0: colors };
  }

  /** Returns joints and weights, the heaviest first, of which `most` are kept. */
  skin(joints: VertexAttribute, weights: VertexAttribute, most: number): PreparedSkin {
    let skins = this.#skins.get(joints);
    if (!skins) this.#skins.set(joints, (skins = new Map()));
    let known = skins.get(weights);
    if (!known) skins.set(weights, (known = []));
    let skin = known[most];
    if (skin) return skin;
    const sorted = most === 4 ? heaviestFirst(joints, weights) : this.skin(joints, weights, 4);
    const kept = most === 4 ? sorted.WEIGHTS_0 : heaviestOnly(sorted.WEIGHTS_0, most);
    known[most] = skin = { JOINTS_0: sorted.JOINTS_0, WEIGHTS_0: kept, needs: jointsOfVertices(kept) };
    return skin;
  }
}
