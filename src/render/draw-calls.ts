import { BackSide, DoubleSide, type Fog, type Matrix4, type Texture } from 'three';
import type { DrawItem } from './draw-list.ts';
import type { Geometries } from './geometries.ts';
import type { GlState } from './gl-state.ts';
import { encode } from './lighting.ts';
import { OBJECT_FLOATS, writeUniforms } from './object-uniforms.ts';
import { surfaceFor } from './plain-materials.ts';
import type { Program, Programs } from './programs.ts';
import { type SurfaceMaterial, writeFogRange } from './surface-material.ts';
import { FOG, MAP, withJoints } from './surface-variant.ts';
import type { Textures } from './textures.ts';

/** Makes draw calls: state, textures, uniforms, geometry, each only where it differs from what is set. */
export class DrawCalls {
  readonly #gl: WebGLRenderingContext;
  readonly #state: GlState;
  readonly #programs: Programs;
  readonly #geometries: Geometries;
  readonly #textures: Textures;
  readonly #object = new Float32Array(OBJECT_FLOATS);
  readonly #fogRange = new Float32Array(4);
  #clip: ArrayLike<number> = [];
  #fog: Fog | null = null;
  #frame = 0;
  /** Of the frame that `begin` began. */
  count = 0;
  triangles = 0;

  constructor(gl: WebGLRenderingContext, state: GlState, programs: Programs, geometries: Geometries, textures: Textures) {
    this.#gl = gl;
    this.#state = state;
    this.#programs = programs;
    this.#geometries = geometries;
    this.#textures = textures;
  }

  begin(clip: Matrix4, fog: Fog | null): void {
    this.#clip = clip.elements;
    this.#fog = fog;
    if (fog) writeFogRange(this.#fogRange, fog);
    this.#frame++;
    this.count = this.triangles = 0;
  }

  draw({ mesh, material, data, rows, levels, level, lighting }: DrawItem, rangeIndex: number): void {
    const gl = this.#gl;
    const surface = surfaceFor(material) as SurfaceMaterial;
    const { geometry, ranges } = levels[level];
    const { start, count, joints } = ranges[rangeIndex];
    const texture = this.#textureOf(surface);
    const variant = withJoints(surface.variant, joints) | (this.#fog ? FOG : 0);
    const program = this.#programs.get(variant);
    this.#state.useProgram(program.handle);
    if (texture) this.#state.bindTexture(texture);
    this.#setState(surface, mesh.matrixWorld);
    if (this.#fog) this.#sendFog(program, this.#fog);
    if (program.alphaCutoff && program.sentCutoff !== surface.alphaCutoff) {
      program.sentCutoff = surface.alphaCutoff;
      gl.uniform1f(program.alphaCutoff, surface.alphaCutoff);
    }
    const palette = data?.palette;
    if (program.rows[0] && palette) this.#sendPalette(program, rows);
    writeUniforms(this.#object, 0, this.#clip, mesh.matrixWorld.elements, surface, lighting, palette);
    gl.uniform4fv(program.object, this.#object);

    const item = this.#geometries.get(geometry);
    this.#geometries.bind(item);
    if (item.index) gl.drawElements(gl.TRIANGLES, count, item.indexType, start * item.indexBytes);
    else gl.drawArrays(gl.TRIANGLES, start, count);
    this.count++;
    this.triangles += count / 3;
  }

  /** The texture to show: the material's own, or the one before while that is on its way. */
  #textureOf(surface: SurfaceMaterial): WebGLTexture | null {
    if (!(surface.variant & MAP)) return null;
    const wanted = surface.uniforms.map.value as Texture;
    const handle = this.#textures.handleOf(wanted);
    if (handle) {
      surface.shown = wanted;
      return handle;
    }
    return (surface.shown && this.#textures.wholeHandleOf(surface.shown)) ?? this.#textures.white;
  }

  #setState(surface: SurfaceMaterial, world: Matrix4): void {
    const gl = this.#gl;
    let face = 0;
    if (surface.side !== DoubleSide) face = (surface.side === BackSide) === isMirrored(world) ? gl.BACK : gl.FRONT;
    this.#state.setCull(face);
    this.#state.setBlend(surface.transparent);
    this.#state.setDepth(surface.depthTest, surface.depthWrite);
  }

  #sendFog(program: Program, { color }: Fog): void {
    if (program.sentFog === this.#frame) return;
    program.sentFog = this.#frame;
    this.#gl.uniform4fv(program.fogRange, this.#fogRange);
    this.#gl.uniform3f(program.fogColor, encode(color.r), encode(color.g), encode(color.b));
  }

  /** Sends the joints in use; again only when another palette or another frame came between. */
  #sendPalette(program: Program, rows: readonly Float32Array[]): void {
    if (program.sentPalette === rows && program.sentPaletteFrame === this.#frame) return;
    program.sentPalette = rows;
    program.sentPaletteFrame = this.#frame;
    this.#gl.uniform4fv(program.rows[0], rows[0]);
    this.#gl.uniform4fv(program.rows[1], rows[1]);
    this.#gl.uniform4fv(program.rows[2], rows[2]);
  }
}

/** Whether an odd number of axes is turned round: then front faces run clockwise. The sign of the 3 x 3 determinant. */
function isMirrored({ elements: m }: Matrix4): boolean {
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[4] * (m[1] * m[10] - m[2] * m[9]) + m[8] * (m[1] * m[6] - m[2] * m[5]) < 0;
}
