import { BackSide, DoubleSide, type Fog, type Matrix4, type Texture } from 'three';
import { type Geometries, indexAt } from '../geometry/geometries.ts';
import { refreshPartition } from '../geometry/joint-partition.ts';
import type { Extensions } from '../gl/context.ts';
import type { GlState } from '../gl/gl-state.ts';
import type { Program, Programs } from '../gl/programs.ts';
import { encodeColor } from '../materials/lighting.ts';
import { surfaceFor } from '../materials/plain-materials.ts';
import { type SurfaceMaterial, writeFogRange } from '../materials/surface-material.ts';
import { FOG, INSTANCED, MAP, ofLevel, type SurfaceVariant, withJoints } from '../materials/surface-variant.ts';
import type { Textures } from '../textures/textures.ts';
import type { DrawItem } from './draw-list.ts';
import { isMirrored, OBJECT_FLOATS, writeUniforms } from './object-uniforms.ts';
import { PaletteUpload } from './upload-palette.ts';

const IDENTITY = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

/** Issues draw calls. It sets state, textures, uniforms and geometry only if they differ from the current ones. */
export class DrawCalls {
  readonly #gl: WebGLRenderingContext;
  readonly #state: GlState;
  readonly #programs: Programs;
  readonly #geometries: Geometries;
  readonly #textures: Textures;
  readonly #extensions: Extensions;
  readonly #object = new Float32Array(OBJECT_FLOATS);
  readonly #fogRange = new Float32Array(4);
  readonly #palettes: PaletteUpload;
  /** Warnings already printed. */
  readonly #told = new Set<string>();
  #clip: ArrayLike<number> = [];
  #fog: Fog | null = null;
  #frame = 0;
  /** Draw calls since `begin`. */
  count = 0;
  triangles = 0;

  constructor(
    gl: WebGLRenderingContext,
    extensions: Extensions,
    state: GlState,
    programs: Programs,
    geometries: Geometries,
    textures: Textures,
  ) {
    this.#palettes = new PaletteUpload(gl, programs.maxJoints);
    this.#extensions = extensions;
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

  /** Draws one range of an item. An item that cannot be drawn is reported once and skipped from then on; the rest goes on. */
  draw(item: DrawItem, rangeIndex: number): void {
    try {
      this.#draw(item, rangeIndex);
    } catch (error) {
      this.#refuse(item, error);
    }
  }

  /**
   * Draws copies of an item, like `draw`. Needs ANGLE_instanced_arrays.
   *
   * @param copies - number of copies; their rows begin at instance `first` of those sent.
   */
  drawInstances(item: DrawItem, rangeIndex: number, first: number, copies: number): void {
    try {
      this.#drawInstances(item, rangeIndex, first, copies);
    } catch (error) {
      this.#refuse(item, error);
    }
  }

  #refuse(item: DrawItem, error: unknown): void {
    item.refused = true;
    const said = `LeanRenderer cannot draw mesh "${item.mesh.name}": ${error}`;
    if (this.#told.has(said)) return;
    this.#told.add(said);
    console.warn(said);
  }

  #draw(item: DrawItem, rangeIndex: number): void {
    const gl = this.#gl;
    const { mesh, levels, level, data, lighting } = item;
    const { geometry, ranges, painted } = levels[level];
    const { start, count, joints, rows } = ranges[rangeIndex];
    const surface = surfaceFor(item.material) as SurfaceMaterial;
    const program = this.#prepare(
      surface,
      withJoints(ofLevel(surface.variant, painted && surface.painted), joints),
      item,
      item.figure?.opacity,
    );
    const palette = data?.palette;
    if (program.rows[0] && palette) {
      if (rows) {
        refreshPartition(geometry);
        this.#palettes.uploadSome(program, item.rows, rows);
      } else this.#palettes.uploadAll(program, item.rows, this.#frame);
    }
    writeUniforms(this.#object, 0, this.#clip, mesh.matrixWorld.elements, surface, lighting, palette, data?.bounds?.joint);
    gl.uniform4fv(program.object, this.#object);

    const gpu = this.#geometries.get(geometry);
    this.#geometries.bind(gpu);
    if (gpu.index) gl.drawElements(gl.TRIANGLES, count, gpu.indexType, indexAt(gpu, start));
    else gl.drawArrays(gl.TRIANGLES, start, count);
    this.count++;
    this.triangles += count / 3;
  }

  #drawInstances(item: DrawItem, rangeIndex: number, first: number, copies: number): void {
    const gl = this.#gl;
    const { instancing } = this.#extensions;
    const { mesh, levels, level, lighting } = item;
    const { geometry, ranges } = levels[level];
    const { start, count } = ranges[rangeIndex];
    const surface = surfaceFor(item.material) as SurfaceMaterial;
    const program = this.#prepare(surface, surface.variant | INSTANCED, item);
    writeUniforms(this.#object, 0, this.#clip, IDENTITY, surface, lighting, undefined);
    takeScaleOff(this.#object, mesh.matrixWorld);
    gl.uniform4fv(program.object, this.#object);
    const gpu = this.#geometries.get(geometry);
    this.#geometries.bindInstanced(gpu, first);
    if (gpu.index) instancing?.drawElementsInstancedANGLE(gl.TRIANGLES, count, gpu.indexType, indexAt(gpu, start), copies);
    else instancing?.drawArraysInstancedANGLE(gl.TRIANGLES, start, count, copies);
    this.count++;
    this.triangles += (count / 3) * copies;
  }

  /** Sets the program, texture and state of a surface. */
  #prepare(surface: SurfaceMaterial, variant: SurfaceVariant, { mesh, ground }: DrawItem, opacity = 1): Program {
    const program = this.#programs.get(variant | (this.#fog ? FOG : 0));
    // Look up both before binding either: a look-up may upload, which uses unit 0.
    const lightMap = program.lightMap ? this.#lightMapOf(surface) : null;
    const texture = variant & MAP ? this.#textureOf(surface, ground) : null;
    this.#state.useProgram(program.handle);
    if (lightMap) this.#bindLightMap(program, lightMap);
    if (texture) this.#state.bindTexture(texture);
    this.#setState(surface, mesh.matrixWorld, opacity);
    if (this.#fog) this.#sendFog(program, this.#fog);
    if (program.alphaCutoff && program.sentCutoff !== surface.alphaCutoff) {
      program.sentCutoff = surface.alphaCutoff;
      this.#gl.uniform1f(program.alphaCutoff, surface.alphaCutoff);
    }
    if (program.scroll) this.#sendScroll(program, surface.uniforms.map.value as Texture);
    return program;
  }

  #sendScroll({ scroll, sentScroll }: Program, { offset: { x, y } }: Texture): void {
    if (sentScroll[0] === x && sentScroll[1] === y) return;
    sentScroll[0] = x;
    sentScroll[1] = y;
    this.#gl.uniform2f(scroll, x, y);
  }

  /** Returns the texture to show: the material's own, or the previous one until it has arrived. */
  #textureOf(surface: SurfaceMaterial, ground: boolean): WebGLTexture | null {
    const wanted = surface.uniforms.map.value as Texture;
    const handle = this.#textures.handleOf(wanted);
    if (handle) {
      if (ground) this.#textures.smooth(wanted);
      surface.shown = wanted;
      return handle;
    }
    return (surface.shown && this.#textures.wholeHandleOf(surface.shown)) ?? this.#textures.white;
  }

  /** Returns the light map like `#textureOf`; white light until the first has arrived. */
  #lightMapOf(surface: SurfaceMaterial): WebGLTexture {
    const wanted = surface.uniforms.lightMap.value as Texture;
    const handle = this.#textures.handleOf(wanted);
    if (handle) surface.shownLight = wanted;
    return handle ?? (surface.shownLight && this.#textures.wholeHandleOf(surface.shownLight)) ?? this.#textures.white;
  }

  #bindLightMap(program: Program, texture: WebGLTexture): void {
    this.#state.bindLightMap(texture);
    if (program.sentLightMap) return;
    program.sentLightMap = true;
    this.#gl.uniform1i(program.lightMap, 1);
  }

  #setState(surface: SurfaceMaterial, world: Matrix4, opacity: number): void {
    const gl = this.#gl;
    let face = 0;
    if (surface.side !== DoubleSide) face = (surface.side === BackSide) === isMirrored(world) ? gl.BACK : gl.FRONT;
    this.#state.setCull(face);
    this.#state.setBlend(surface.transparent || opacity < 1, opacity);
    this.#state.setDepth(surface.depthTest, surface.depthWrite);
  }

  #sendFog(program: Program, { color }: Fog): void {
    if (program.sentFog === this.#frame) return;
    program.sentFog = this.#frame;
    this.#gl.uniform4fv(program.fogRange, this.#fogRange);
    this.#gl.uniform3f(program.fogColor, encodeColor(color.r), encodeColor(color.g), encodeColor(color.b));
  }
}

/** Removes an instance's scale from the light, because normals of instances have the length of the matrix's scale. */
function takeScaleOff(object: Float32Array, { elements: m }: Matrix4): void {
  const scale = 1 / (Math.sqrt(m[0] * m[0] + m[1] * m[1] + m[2] * m[2]) || 1);
  for (let channel = 16; channel < 28; channel += 4) for (let axis = 0; axis < 3; axis++) object[channel + axis] *= scale;
}
