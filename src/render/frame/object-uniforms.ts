/** Writes the uniforms of one object. */

import { type Camera, Matrix4, type Object3D } from 'three';
import { encode, GAMMA } from '../../core/encode-light.ts';
import { type Lighting, lightingOf } from '../materials/lighting.ts';
import { COLOR, LIT, type SurfaceVariant, UNEVEN } from '../materials/surface-variant.ts';

/** The parts of a material that object uniforms need. SurfaceMaterial has them. */
export interface SurfaceLook {
  readonly variant: SurfaceVariant;
  /** Encoded RGB and opacity. */
  readonly baseColor: Float32Array;
  readonly baked: boolean;
  /** Toon shading: the encoded factor of the colour where the surface turns away from the light. */
  readonly shade?: readonly number[] | undefined;
  /** The share of the colour that it emits, linear. */
  readonly emits?: readonly number[] | undefined;
}

/** Number of floats in `uniform vec4 uObject[8]` of shaders/surface.vert. */
export const OBJECT_FLOATS = 32;

/**
 * Writes the uniforms of one draw call's object, as shaders/surface.vert reads them:
 *
 *     0..15 matrix to clip space, row z replaced by z + w | 16..27 light: red, green, blue rows of (x, y, z, 1) | 28..31 colour
 *
 * Light is rotated into the object's space here, so the shader needs no matrix for normals.
 *
 * @param clip - camera's projection x view, column-major 16.
 * @param world - the object's matrix, column-major 16.
 * @param palette - joint matrices of a skinned part. Their scale (dequantization) is removed from the normals.
 * @param joint - the joint whose scale is used, preferably the one that moves the part's middle. The skin's first joint may be
 *   a prop that a clip shrinks to nothing.
 */
export function writeUniforms(
  out: Float32Array,
  at: number,
  clip: ArrayLike<number>,
  world: ArrayLike<number>,
  material: SurfaceLook,
  lighting: Lighting,
  palette: Float32Array | undefined,
  joint = 0,
): void {
  for (let column = 0; column < 16; column += 4) {
    const x = world[column];
    const y = world[column + 1];
    const z = world[column + 2];
    const w = world[column + 3];
    const o = at + column;
    out[o] = clip[0] * x + clip[4] * y + clip[8] * z + clip[12] * w;
    out[o + 1] = clip[1] * x + clip[5] * y + clip[9] * z + clip[13] * w;
    out[o + 3] = clip[3] * x + clip[7] * y + clip[11] * z + clip[15] * w;
    out[o + 2] = clip[2] * x + clip[6] * y + clip[10] * z + clip[14] * w + out[o + 3];
  }
  const base = material.baseColor;
  out[at + 31] = base[3];
  if (!(material.variant & LIT)) {
    const light = material.baked && material.variant & COLOR ? lighting.exposure : 1;
    for (let c = 0; c < 3; c++) out[at + 28 + c] = base[c] * light;
    return;
  }
  const { coefficients } = lighting;
  const normalScale = palette && !(material.variant & UNEVEN) ? scaleOfPalette(palette, joint) : 1;
  for (let c = 0; c < 3; c++) out[at + 19 + 4 * c] = base[c] * coefficients[c];
  for (let axis = 0; axis < 3; axis++) {
    const x = world[axis * 4];
    const y = world[axis * 4 + 1];
    const z = world[axis * 4 + 2];
    const scale = 1 / (normalScale * Math.sqrt(x * x + y * y + z * z) || 1);
    for (let c = 0; c < 3; c++) {
      const light = x * coefficients[4 + c] + y * coefficients[8 + c] + z * coefficients[12 + c];
      out[at + 16 + c * 4 + axis] = base[c] * light * scale;
    }
  }
  if (material.shade) shadeLikeToon(out, at + 16, base, coefficients, material.shade);
  else if (material.emits) keepEmission(out, at + 16, base, coefficients, material.emits);
}

/** The light in which the import adds emission to colours (src/import/material/reflectance.ts). */
const MEAN_LIGHT = 0.75;

/**
 * Turns the rows of the light into those of a surface that emits a share e of its colour: (1 - e) light + e MEAN_LIGHT. That is exact for
 * the mean light, and to first order for the rest, because rows hold encoded light.
 */
function keepEmission(out: Float32Array, at: number, base: Float32Array, light: Float32Array, emits: readonly number[]): void {
  for (let c = 0; c < 3; c++) {
    const e = emits[c];
    const lit = encode((1 - e) * light[c] ** GAMMA + e * MEAN_LIGHT);
    const kept = (1 - e) * (light[c] / (lit || 1)) ** (GAMMA - 1);
    for (let axis = 0; axis < 3; axis++) out[at + 4 * c + axis] *= kept;
    out[at + 4 * c + 3] = base[c] * lit;
  }
}

/** In light that comes from one side by a third or more, a toon surface shows all of its shade colour. */
const TOON_CONTRAST = 3;

/**
 * Turns the rows of the light into those of a toon surface: its own colour in the brightest light there is, its shade colour in the
 * darkest. MToon mixes the two colours by how the surface faces the light (VRMC_materials_mtoon-1.0, "Lighting"); this is its mix as a
 * linear function of the normal, so that the shader has no instruction more.
 */
function shadeLikeToon(out: Float32Array, at: number, base: Float32Array, light: Float32Array, shade: readonly number[]): void {
  for (let c = 0; c < 3; c++) {
    const slope = Math.sqrt(light[4 + c] * light[4 + c] + light[8 + c] * light[8 + c] + light[12 + c] * light[12 + c]);
    const most = light[c] + slope;
    const lost = 0.5 * most * (1 - shade[c]) * Math.min(1, (TOON_CONTRAST * slope) / (most || 1));
    const turned = slope > 0 ? lost / slope : 0;
    for (let axis = 0; axis < 3; axis++) out[at + 4 * c + axis] *= turned;
    out[at + 4 * c + 3] = base[c] * (most - lost);
  }
}

/** Returns the length of a joint's first row. In a skin of rigid joints, this is its whole scale. */
export function scaleOfPalette(palette: Float32Array, joint: number): number {
  const x = palette[joint * 4];
  const y = palette[joint * 4 + 1];
  const z = palette[joint * 4 + 2];
  return Math.sqrt(x * x + y * y + z * z) || 1;
}

/**
 * Reports whether the matrix mirrors an odd number of axes, which turns front faces clockwise. It is the sign of the 3 x 3
 * determinant.
 */
export function isMirrored({ elements: m }: Matrix4): boolean {
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[4] * (m[1] * m[10] - m[2] * m[9]) + m[8] * (m[1] * m[6] - m[2] * m[5]) < 0;
}

const clipScratch = new Matrix4();

/** Writes the uniforms from three's objects, for three's own renderer. */
export function writeObjectUniforms(
  out: Float32Array,
  at: number,
  object: Object3D,
  material: SurfaceLook,
  camera: Camera,
  palette?: Float32Array,
  joint?: number,
): void {
  clipScratch.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
  writeUniforms(out, at, clipScratch.elements, object.matrixWorld.elements, material, lightingOf(object), palette, joint);
}
