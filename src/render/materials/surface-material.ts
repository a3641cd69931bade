import {
  type BufferGeometry,
  type Camera,
  Color,
  DataTexture,
  DoubleSide,
  FrontSide,
  type Mesh,
  type Object3D,
  RawShaderMaterial,
  SRGBColorSpace,
  type Texture,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';
import decoding from '../../../shaders/surface-three.frag?raw';
import type { MaterialDescription, SkinBounds } from '../../assets/meshes/mesh-asset.ts';
import { encode } from '../../core/encode-light.ts';
import { OBJECT_FLOATS, writeObjectUniforms } from '../frame/object-uniforms.ts';
import { encodeColor } from './lighting.ts';
import {
  ALPHA,
  COLOR,
  definesOf,
  FOG,
  fragmentSource,
  LIGHTMAP,
  LIT,
  MAP,
  MASK,
  SCROLL,
  type SurfaceVariant,
  skinOf,
  vertexSource,
} from './surface-variant.ts';

const forThree = `#define main surface\n${fragmentSource}\n#undef main\n${decoding}`;

/** One white pixel, shown by a surface that waits for its first texture. It is shared and never disposed. */
export const WHITE = new DataTexture(new Uint8Array([255, 255, 255, 255]), 1, 1);
WHITE.needsUpdate = true;

/** Length of a palette: 68 joint matrices as three arrays of vec4 rows, 3 x 68 x 4. */
export const PALETTE_FLOATS = 816;
const ROW_FLOATS = PALETTE_FLOATS / 3;

export interface SurfaceOptions {
  readonly variant: SurfaceVariant;
  /** Encoded RGB and opacity, 0..1. */
  readonly color?: readonly [number, number, number, number];
  /** True if COLOR_0 holds all the light: the room's exposure applies, its lights do not. */
  readonly baked?: boolean;
  /** Toon shading: see MaterialDescription. */
  readonly shade?: readonly number[] | undefined;
  /** The share that it emits: see MaterialDescription. */
  readonly emits?: readonly number[] | undefined;
  readonly doubleSided?: boolean;
  /** Alpha cutoff of MASK, 0..1. */
  readonly alphaCutoff?: number;
}

/**
 * The single material type of rooms. `LeanRenderer` reads its fields and compiles from the variant. three's own renderer treats
 * it as a RawShaderMaterial; `mesh.onBeforeRender` sets each object's uniforms (see `drawnByThreeToo`).
 */
export class SurfaceMaterial extends RawShaderMaterial {
  readonly isSurfaceMaterial = true;
  variant: SurfaceVariant;
  /** Encoded RGB and opacity. */
  readonly baseColor: Float32Array;
  readonly baked: boolean;
  /** Encoded. */
  readonly shade: readonly number[] | undefined;
  readonly emits: readonly number[] | undefined;
  alphaCutoff: number;
  /** True if levels of detail were painted from its map. */
  painted = false;
  /** The last texture that was complete on LeanRenderer's GPU. */
  shown: Texture | null = null;
  /** The last light map that was complete. */
  shownLight: Texture | null = null;

  constructor({
    variant,
    color = [1, 1, 1, 1],
    baked = false,
    shade,
    emits,
    doubleSided = false,
    alphaCutoff = 0.5,
  }: SurfaceOptions) {
    super({
      vertexShader: vertexSource,
      fragmentShader: forThree,
      defines: { ...definesOf(variant), SOLID: '' },
      uniforms: {
        map: { value: WHITE },
        uScroll: { value: WHITE.offset },
        lightMap: { value: WHITE },
        uObject: { value: new Float32Array(OBJECT_FLOATS) },
        uAlphaCutoff: { value: alphaCutoff },
        uFogRange: { value: new Float32Array(4) },
        uFogColor: { value: new Color() },
        uLinear: { value: false },
        uRow0: { value: null },
        uRow1: { value: null },
        uRow2: { value: null },
      },
    });
    this.variant = variant;
    this.baseColor = Float32Array.from(color);
    this.baked = baked;
    this.shade = shade?.map(encode);
    this.emits = emits;
    this.alphaCutoff = alphaCutoff;
    this.side = doubleSided ? DoubleSide : FrontSide;
    const blended = (variant & ALPHA) !== 0 && (variant & MASK) === 0;
    this.transparent = blended;
    this.depthWrite = !blended;
  }

  /** Sets the texture; null removes it. The caller owns it. One that `scrolls` moves by its `offset`. */
  set map(texture: Texture | null) {
    this.uniforms.map.value = texture ?? WHITE;
    const plain = this.variant & ~(MAP | SCROLL);
    this.setVariant(texture ? plain | MAP | (texture.userData.scrolls ? SCROLL : 0) : plain);
  }

  get map(): Texture | null {
    return this.variant & MAP ? this.uniforms.map.value : null;
  }

  /** Sets the light map, which multiplies light by the second UVs; null removes it. The caller owns it. */
  set lightMap(texture: Texture | null) {
    this.uniforms.lightMap.value = texture ?? WHITE;
    this.setVariant(texture ? this.variant | LIGHTMAP : this.variant & ~LIGHTMAP);
  }

  get lightMap(): Texture | null {
    return this.variant & LIGHTMAP ? this.uniforms.lightMap.value : null;
  }

  setVariant(variant: SurfaceVariant): void {
    if (variant === this.variant) return;
    this.variant = variant;
    this.defines = { ...definesOf(variant), SOLID: '' };
    this.needsUpdate = true;
  }
}

/** Returns the variant of a material description and its attributes. Textures add `MAP` later. */
export function variantOf(material: MaterialDescription, hasNormal: boolean, hasColor: boolean): SurfaceVariant {
  let variant = 0;
  if (!material.unlit && !material.baked && hasNormal) variant |= LIT;
  if (hasColor) variant |= COLOR;
  if (material.alphaMode === 'mask') variant |= ALPHA | MASK;
  if (material.alphaMode === 'blend') variant |= ALPHA;
  return variant;
}

/** Encodes glTF's linear factors as the colour that the shader multiplies with, including emission. */
export function encodedColor({ baseColor, emissive }: MaterialDescription): [number, number, number, number] {
  const channel = (i: number) => encodeColor(baseColor[i] + emissive[i]);
  return [channel(0), channel(1), channel(2), baseColor[3]];
}

/**
 * Lets three's own renderer draw a mesh of SurfaceMaterials. three calls `onBeforeRender` for each, which writes the uniforms
 * that LeanRenderer would send. The palette's three arrays are views, created once. It ignores other materials in place of ours
 * (`scene.overrideMaterial`).
 */
export function drawnByThreeToo(mesh: Mesh<BufferGeometry, SurfaceMaterial | SurfaceMaterial[]>, palette?: Float32Array): void {
  const rows = palette ? [0, 1, 2].map(r => palette.subarray(r * ROW_FLOATS, (r + 1) * ROW_FLOATS)) : [];
  mesh.onBeforeRender = (renderer, _scene, camera: Camera, _geometry, used) => {
    const material = used as unknown as SurfaceMaterial;
    if (!material.isSurfaceMaterial) return;
    const { uniforms } = material;
    uniforms.uLinear.value = takesLinear(renderer);
    uniforms.uScroll.value = uniforms.map.value.offset;
    const joint = (mesh.userData.foyer as { bounds?: SkinBounds } | undefined)?.bounds?.joint;
    writeObjectUniforms(uniforms.uObject.value, 0, mesh as Object3D, material, camera, palette, joint);
    if (skinOf(material.variant) > 0) for (let r = 0; r < 3; r++) uniforms[`uRow${r}`].value = rows[r];
    material.uniformsNeedUpdate = true;
  };
}

/** Reports whether the output is linear, by three's rule: the screen uses `outputColorSpace`, render targets are linear. */
function takesLinear(renderer: WebGLRenderer): boolean {
  const target = renderer.getRenderTarget() as (WebGLRenderTarget & { isXRRenderTarget?: boolean }) | null;
  if (target && !target.isXRRenderTarget) return true;
  return (target ? target.texture.colorSpace : renderer.outputColorSpace) !== SRGBColorSpace;
}

/** Turns fog on or off for three's own renderer, which compiles from the material. LeanRenderer reads `scene.fog` itself. */
export function setFogForThree(material: SurfaceMaterial, fog: { color: Color; near: number; far: number } | null): void {
  material.setVariant(fog ? material.variant | FOG : material.variant & ~FOG);
  if (!fog) return;
  writeFogRange(material.uniforms.uFogRange.value, fog);
  const { r, g, b } = fog.color;
  material.uniforms.uFogColor.value.setRGB(encodeColor(r), encodeColor(g), encodeColor(b));
}

/** Writes the scale and offset of view depth, so that fog is 0 at `near` and 1 at `far`. */
export function writeFogRange(target: Float32Array, { near, far }: { near: number; far: number }): void {
  const scale = 1 / Math.max(far - near, 1e-6);
  target[0] = scale;
  target[1] = -near * scale;
}
