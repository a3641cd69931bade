import { type Node, TEX_BIAS, TEX_GRAD, TEX_LOD, TEX_PLAIN } from '../graph/graph.ts';
import type { Arithmetic } from './arithmetic.ts';

/**
 * Evaluates a texture function: packs the coordinates for the instruction and returns the four lanes of one fetch.
 * `levelZero`: ANGLE reads level 0 in a loop that can end early, where neighbouring pixels may differ.
 */
export function textureCall(m: Arithmetic, name: string, args: readonly (readonly Node[])[], levelZero: boolean): Node[] {
  const { g } = m;
  const [sampler, at, third, fourth] = args;
  const cube = name.startsWith('textureCube');
  const size = cube ? 3 : 2;
  let coordinates: readonly Node[] = m.mads.of(at.slice(0, size));
  if (name.includes('Proj')) coordinates = m.mul(coordinates, m.rcp([at[at.length - 1]]));
  const lod = name.includes('Lod');
  const gradient = name.includes('Grad');
  // A vertex shader has no derivatives, so it reads level 0.
  const explicit = lod ? third[0] : g.target.fragment && !(levelZero && !gradient) ? undefined : g.zero;
  const bias = !lod && !gradient && !levelZero && third ? third[0] : undefined;
  const padding = Array.from({ length: 3 - size }, () => g.zero);
  let kind = TEX_PLAIN;
  let full = [...coordinates];
  if (gradient) {
    kind = TEX_GRAD;
    full = [...coordinates, ...third, ...fourth];
  } else if (explicit ?? bias) {
    kind = explicit ? TEX_LOD : TEX_BIAS;
    full = [...coordinates, ...padding, explicit ?? bias ?? g.zero];
  }
  g.begin();
  const tex = g.node('tex', full, {
    ...(sampler[0].variable ? { variable: sampler[0].variable } : {}),
    lane: sampler[0].register,
    register: kind,
  });
  return [0, 1, 2, 3].map(lane => g.node('texel', [tex], { lane }));
}
