/** The unit in which a skin's vertices are stored. */
import { mat4 } from 'gl-matrix';
import type { SourcePart } from '../../model/source-model.ts';

/** Units between an eighth and eight times the model's are left as they are. */
const NEAR = 3;

/**
 * Returns a power of two that brings vertices about to the model's unit. gltfpack stores whole numbers of up to 65,535, and leaves
 * their unit to the inverse bind matrices. What hangs on a joint is in the model's unit, and shares 16 bits a coordinate with them.
 * @param rest - from the vertices' space to the model's, for each joint.
 */
export function bindUnit(rest: readonly mat4[]): number {
  const scales = rest.map(matrix => Math.cbrt(Math.abs(mat4.determinant(matrix)))).filter(s => s > 0 && Number.isFinite(s));
  if (scales.length === 0) return 1;
  const median = scales.sort((a, b) => a - b)[scales.length >> 1];
  const exponent = Math.round(Math.log2(median));
  return Math.abs(exponent) < NEAR ? 1 : 2 ** exponent;
}

/** Scales the vertices and what morph targets add to them. */
export function scaledPart(part: SourcePart, scale: number): SourcePart {
  if (scale === 1) return part;
  const { positions, morphTargets } = part;
  return {
    ...part,
    positions: positions.map(x => x * scale),
    ...(morphTargets
      ? { morphTargets: morphTargets.map(target => ({ ...target, positions: target.positions.map(x => x * scale) })) }
      : {}),
  };
}
