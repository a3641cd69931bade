/** Collects the surfaces of a room for baking. */
import { mat3, mat4, quat, vec3 } from 'gl-matrix';
import type { SourcePart, SourceProduct, SourceRoom, SourceTexture } from '../model/source-model.ts';
import { type MeanColour, meanOfPixels } from '../picture/mean-colour.ts';

export type Furnishing = SourceRoom['furniture'][number];

/** The surfaces that receive light: all furniture, placed in the room. */
export interface WorldSurface {
  /** 3 a vertex, metres, in the room. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly index: Uint32Array;
  /** The reflected share of light, linear RGB, 3 a vertex. */
  readonly albedo: Float32Array;
  /** 1 for each vertex that emits light. */
  readonly glows: Uint8Array;
  /** Triangles that block light. Double-sided ones are listed in both windings. */
  readonly solid: Uint32Array;
}

/** Metres in the room for one of the product's units, along x, y and z. */
export const scaleOf = ({ scale = 1 }: Furnishing): [number, number, number] =>
  typeof scale === 'number' ? [scale, scale, scale] : [scale[0], scale[1], scale[2]];

export function matrixOf(furnishing: Furnishing): mat4 {
  const { position, rotation = [0, 0, 0, 1] } = furnishing;
  const turn = quat.normalize(quat.create(), rotation as quat);
  return mat4.fromRotationTranslationScale(mat4.create(), turn, position as vec3, scaleOf(furnishing));
}

/** Collects the vertices of all parts, in the order of `furniture` and of their parts. */
export function worldSurface(furniture: readonly Furnishing[]): WorldSurface {
  const parts = furniture.flatMap(f => f.product.parts);
  const vertices = parts.reduce((sum, p) => sum + p.positions.length / 3, 0);
  const surface = {
    positions: new Float32Array(vertices * 3),
    normals: new Float32Array(vertices * 3),
    index: new Uint32Array(parts.reduce((sum, p) => sum + p.index.length, 0)),
    albedo: new Float32Array(vertices * 3),
    glows: new Uint8Array(vertices),
  };
  const solid: number[] = [];
  const meanOf = new Map<SourceTexture, MeanColour>();
  let first = 0;
  let at = 0;
  for (const furnishing of furniture) {
    const matrix = matrixOf(furnishing);
    const normalMatrix = mat3.normalFromMat4(mat3.create(), matrix) ?? mat3.create();
    const mirrored = mat4.determinant(matrix) < 0;
    for (const part of furnishing.product.parts) {
      const mean = meanColor(part, furnishing.product, meanOf);
      place(part, matrix, normalMatrix, mean, first, surface);
      const stops = part.material.alphaMode !== 'blend' && (part.material.alphaMode !== 'mask' || mean.alpha > 0.5);
      for (let i = 0; i < part.index.length; i += 3) {
        const a = part.index[i] + first;
        const b = part.index[i + (mirrored ? 2 : 1)] + first;
        const c = part.index[i + (mirrored ? 1 : 2)] + first;
        surface.index.set([a, b, c], at);
        at += 3;
        if (!stops) continue;
        solid.push(a, b, c);
        if (part.material.doubleSided) solid.push(a, c, b);
      }
      first += part.positions.length / 3;
    }
  }
  return { ...surface, solid: Uint32Array.from(solid) };
}

function place(
  part: SourcePart,
  matrix: mat4,
  normalMatrix: mat3,
  mean: MeanColour,
  first: number,
  out: Omit<WorldSurface, 'solid' | 'index'>,
): void {
  const v = vec3.create();
  for (let i = 0; i < part.positions.length / 3; i++) {
    const to = first + i;
    vec3.transformMat4(v, part.positions.subarray(i * 3, i * 3 + 3), matrix);
    out.positions.set(v, to * 3);
    vec3.transformMat3(v, part.normals.subarray(i * 3, i * 3 + 3), normalMatrix);
    out.normals.set(vec3.normalize(v, v), to * 3);
    for (let c = 0; c < 3; c++) out.albedo[to * 3 + c] = Math.min(1, mean.rgb[c] * (part.colors ? part.colors[i * 4 + c] : 1));
    out.glows[to] = part.material.unlit ? 1 : 0;
  }
}

/** The mean colour of a part: texture times factor, linear. It samples every 17th pixel. */
function meanColor(part: SourcePart, { textures }: SourceProduct, known: Map<SourceTexture, MeanColour>): MeanColour {
  const { baseColor, emissive, name } = part.material;
  const texture = part.uvs && textures.find(t => t.slot === name);
  let mean: MeanColour = { rgb: [1, 1, 1], alpha: 1 };
  if (texture) {
    mean = known.get(texture) ?? texture.encoding?.mean ?? meanOfPixels(texture.rgba);
    known.set(texture, mean);
  }
  const channel = (c: number) => Math.min(1, mean.rgb[c] * (baseColor[c] + emissive[c]));
  return { rgb: [channel(0), channel(1), channel(2)], alpha: mean.alpha * baseColor[3] };
}
