import { BackSide, type Camera, type Color, DoubleSide, type Fog, Matrix4, type Scene, type Texture } from 'three';
import type { TextureAsset } from '../assets/texture-asset.ts';
import type { RenderBackend } from './backend.ts';
import { type Capabilities, createContext, type Extensions, type RenderCanvas, readCapabilities } from './context.ts';
import { DrawList } from './draw-list.ts';
import { FRUSTUM_FLOATS, touchesFrustum, writeFrustum } from './frustum.ts';
import { Geometries } from './geometries.ts';
import { GlState } from './gl-state.ts';
import { encode, lightingOf } from './lighting.ts';
import { OBJECT_FLOATS, scaleOfPalette, writeUniforms } from './object-uniforms.ts';
import { surfaceFor } from './plain-materials.ts';
import { type Program, Programs } from './programs.ts';
import { RadixSort } from './radix-sort.ts';
import { drawKey, PASS_BLENDED, PASS_MASKED, PASS_OPAQUE } from './sort-key.ts';
import { PALETTE_FLOATS, type SurfaceMaterial, writeFogRange } from './surface-material.ts';
import { ALPHA, FOG, MAP, MASK } from './surface-variant.ts';
import type { UploadJob } from './texture-upload.ts';
import { type TextureOptions, Textures } from './textures.ts';

export interface LeanRendererOptions {
  readonly canvas: RenderCanvas;
  /** Default true. */
  readonly antialias?: boolean;
  /** Keeps the picture for screenshots; costs a copy a frame. Default false. */
  readonly preserveDrawingBuffer?: boolean;
  readonly powerPreference?: WebGLPowerPreference;
  /** Extensions to do without, as if the driver lacked them. */
  readonly refuse?: readonly string[];
  readonly onContextLost?: () => void;
  /** The next `render` uploads what is needed again; nothing has to be loaded. */
  readonly onContextRestored?: () => void;
}

/** What the last frame cost, and what the GPU holds. */
export interface RenderInfo {
  drawCalls: number;
  triangles: number;
  /** Meshes (or groups of them) that the camera does not see. */
  culled: number;
  /** State changes that reached WebGL. */
  stateChanges: number;
  programs: number;
  textures: number;
  geometries: number;
  textureBytes: number;
  geometryBytes: number;
}

/**
 * Draws a scene of three's with WebGL 1 and as little JavaScript as we know how: no allocation a frame, no state set twice.
 *
 * ```ts
 * const renderer = new LeanRenderer({ canvas });
 * renderer.setSize(640, 360, devicePixelRatio);
 * renderer.render(scene, camera);
 * renderer.info.drawCalls // 163
 * ```
 *
 * Draws meshes whose material is a SurfaceMaterial; of three's own materials, what plain-materials.ts keeps of them. Light
 * comes from `setLight`, fog from `scene.fog` (Fog, linear), the ground colour from `scene.background` (Color).
 */
export class LeanRenderer implements RenderBackend {
  readonly canvas: RenderCanvas;
  readonly info: RenderInfo = {
    drawCalls: 0,
    triangles: 0,
    culled: 0,
    stateChanges: 0,
    programs: 0,
    textures: 0,
    geometries: 0,
    textureBytes: 0,
    geometryBytes: 0,
  };
  readonly #options: LeanRendererOptions;
  readonly #gl: WebGLRenderingContext;
  readonly #list = new DrawList();
  readonly #sort = new RadixSort();
  readonly #clip = new Matrix4();
  readonly #frustum = new Float32Array(FRUSTUM_FLOATS);
  readonly #object = new Float32Array(OBJECT_FLOATS);
  readonly #fogRange = new Float32Array(4);
  /** The three row arrays of a palette, cut to the joints in use: made once for each palette. */
  readonly #rows = new WeakMap<Float32Array, Float32Array[]>();
  readonly #warned = new Set<string>();
  #capabilities: Capabilities;
  readonly #extensions: Extensions;
  readonly #state: GlState;
  readonly #programs: Programs;
  readonly #geometries: Geometries;
  readonly #textures: Textures;
  #lost = false;
  #disposed = false;
  #frame = 0;

  /** @throws ContextError when there is no WebGL. */
  constructor(options: LeanRendererOptions) {
    const { canvas, antialias = true, preserveDrawingBuffer = false, powerPreference = 'default', refuse = [] } = options;
    this.#options = options;
    this.canvas = canvas;
    this.#gl = createContext(canvas, {
      alpha: false,
      depth: true,
      stencil: false,
      antialias,
      preserveDrawingBuffer,
      powerPreference,
      premultipliedAlpha: true,
    });
    const { capabilities, extensions } = readCapabilities(this.#gl, refuse);
    this.#capabilities = capabilities;
    this.#extensions = extensions;
    this.#state = new GlState(this.#gl);
    this.#programs = new Programs(this.#gl, extensions);
    this.#geometries = new Geometries(this.#gl, capabilities, extensions);
    this.#textures = new Textures(this.#gl, this.#state, capabilities, extensions);
    canvas.addEventListener('webglcontextlost', this.#onLost);
    canvas.addEventListener('webglcontextrestored', this.#onRestored);
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  get gl(): WebGLRenderingContext {
    return this.#gl;
  }

  get contextLost(): boolean {
    return this.#lost;
  }

  /** @param width, height - CSS pixels; the picture has `pixelRatio` times as many, rounded, at least one. */
  setSize(width: number, height: number, pixelRatio = 1): void {
    const w = Math.max(1, Math.round(width * pixelRatio));
    const h = Math.max(1, Math.round(height * pixelRatio));
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
  }

  /**
   * A texture for `setMap`, and the job that brings it to the GPU slice by slice. `texture.dispose()` frees it.
   *
   * @throws RangeError when this GPU cannot take the asset.
   */
  createTexture(asset: TextureAsset, options?: TextureOptions): { texture: Texture; job: UploadJob } {
    return this.#textures.create(asset, options);
  }

  /** Exact bytes on the GPU, all levels; 0 while it is not there. */
  bytesOf(texture: Texture): number {
    return this.#textures.bytesOf(texture);
  }

  /**
   * Compiles every program that the scene needs, beside the page where the driver can, so that no frame waits for it.
   *
   * @param pause - waits a moment (tests inject it); default a task of 5 ms.
   */
  async warmUp(scene: Scene, pause: () => Promise<void> = () => new Promise(resolve => setTimeout(resolve, 5))): Promise<void> {
    this.#list.sync(scene);
    const fog = fogOf(scene) ? FOG : 0;
    const wanted = new Set<number>();
    for (const { material } of this.#list.items) {
      const surface = surfaceFor(material);
      if (surface) wanted.add(surface.variant | fog);
    }
    for (const variant of wanted) this.#programs.start(variant);
    for (const variant of wanted) {
      while (!this.#lost && !this.#disposed && !this.#programs.isReady(variant)) await pause();
      if (this.#lost || this.#disposed) return;
      this.#programs.get(variant);
    }
  }

  render(scene: Scene, camera: Camera): void {
    if (this.#lost || this.#disposed) return;
    if (scene.matrixWorldAutoUpdate) scene.updateMatrixWorld();
    if (camera.parent === null && camera.matrixWorldAutoUpdate) camera.updateMatrixWorld();
    this.#clip.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    writeFrustum(this.#frustum, this.#clip.elements);
    this.#list.sync(scene);
    this.#frame++;

    const { info } = this;
    info.drawCalls = info.triangles = info.culled = 0;
    this.#state.changes = 0;
    this.#clear(scene);
    const fog = fogOf(scene);
    if (fog) writeFogRange(this.#fogRange, fog);
    const count = this.#writeKeys(camera);
    const order = this.#sort.sort(this.#list.keys, count);
    for (let i = 0; i < count; i++) this.#draw(this.#visible[order[i]], fog);

    info.stateChanges = this.#state.changes;
    info.programs = this.#programs.count;
    info.textures = this.#textures.count;
    info.geometries = this.#geometries.count;
    info.textureBytes = this.#textures.bytes;
    info.geometryBytes = this.#geometries.bytes;
  }

  /** Frees all GPU objects; the scene's own objects stay (they are their creators'). Twice is harmless. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.canvas.removeEventListener('webglcontextlost', this.#onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.#onRestored);
    this.#list.clear();
    this.#geometries.dispose();
    this.#textures.dispose();
    this.#programs.dispose();
    const { info } = this;
    info.programs = info.textures = info.geometries = info.textureBytes = info.geometryBytes = 0;
  }

  /** Items of the draw list that the camera sees, in the order of the keys. */
  #visible = new Uint16Array(256);

  /** Culls, and gives what is left its sort key. @returns how many are left. */
  #writeKeys(camera: Camera): number {
    const { items, keys } = this.#list;
    if (this.#visible.length < items.length) this.#visible = new Uint16Array(items.length * 2);
    const eye = camera.matrixWorld.elements;
    let count = 0;
    for (let i = 0; i < items.length; i++) {
      const { mesh, geometry, material } = items[i];
      const surface = surfaceFor(material);
      if (!surface) {
        this.#warnOnce(`LeanRenderer does not draw ${material.type} (mesh "${mesh.name}")`);
        continue;
      }
      if (!geometry.boundingSphere) geometry.computeBoundingSphere();
      const sphere = geometry.boundingSphere;
      const m = mesh.matrixWorld.elements;
      let x = m[12];
      let y = m[13];
      let z = m[14];
      if (sphere) {
        const c = sphere.center;
        x += m[0] * c.x + m[4] * c.y + m[8] * c.z;
        y += m[1] * c.x + m[5] * c.y + m[9] * c.z;
        z += m[2] * c.x + m[6] * c.y + m[10] * c.z;
        const radius = sphere.radius * mesh.matrixWorld.getMaxScaleOnAxis();
        if (mesh.frustumCulled && !touchesFrustum(this.#frustum, x, y, z, radius)) {
          this.info.culled++;
          continue;
        }
      }
      const dx = x - eye[12];
      const dy = y - eye[13];
      const dz = z - eye[14];
      const depth = -(dx * eye[8] + dy * eye[9] + dz * eye[10]);
      const { variant } = surface;
      const pass = !(variant & ALPHA) ? PASS_OPAQUE : variant & MASK ? PASS_MASKED : PASS_BLENDED;
      keys[count] = drawKey(pass, variant, surface.uniforms.map.value.id, geometry.id, depth);
      this.#visible[count++] = i;
    }
    return count;
  }

  #draw(index: number, fog: Fog | null): void {
    const { mesh, geometry, material, start, count, data } = this.#list.items[index];
    const gl = this.#gl;
    const surface = surfaceFor(material) as SurfaceMaterial;
    const texture = this.#textureOf(surface);
    const program = this.#programs.get(surface.variant | (fog ? FOG : 0));
    this.#state.useProgram(program.handle);
    if (texture) this.#state.bindTexture(texture);
    this.#setState(surface, mesh.matrixWorld.determinant() < 0);
    if (fog) this.#sendFog(program, fog);
    if (program.alphaCutoff && program.sentCutoff !== surface.alphaCutoff) {
      program.sentCutoff = surface.alphaCutoff;
      gl.uniform1f(program.alphaCutoff, surface.alphaCutoff);
    }
    const palette = data?.palette;
    if (program.rows[0] && palette) this.#sendPalette(program, palette, data.joints);
    const scale = palette ? scaleOfPalette(palette) : 1;
    writeUniforms(this.#object, 0, this.#clip.elements, mesh.matrixWorld.elements, surface, lightingOf(mesh), scale);
    gl.uniform4fv(program.object, this.#object);

    const item = this.#geometries.get(geometry);
    this.#geometries.bind(item);
    if (item.index) gl.drawElements(gl.TRIANGLES, count, item.indexType, start * item.indexBytes);
    else gl.drawArrays(gl.TRIANGLES, start, count);
    this.info.drawCalls++;
    this.info.triangles += count / 3;
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

  #setState(surface: SurfaceMaterial, mirrored: boolean): void {
    const gl = this.#gl;
    let face = 0;
    if (surface.side !== DoubleSide) face = (surface.side === BackSide) === mirrored ? gl.BACK : gl.FRONT;
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
  #sendPalette(program: Program, palette: Float32Array, joints: number): void {
    if (program.sentPalette === palette && program.sentPaletteVersion === this.#frame) return;
    program.sentPalette = palette;
    program.sentPaletteVersion = this.#frame;
    let rows = this.#rows.get(palette);
    if (!rows || rows[0].length < joints * 4) {
      const third = PALETTE_FLOATS / 3;
      rows = [0, 1, 2].map(row => palette.subarray(row * third, row * third + joints * 4));
      this.#rows.set(palette, rows);
    }
    for (let row = 0; row < 3; row++) this.#gl.uniform4fv(program.rows[row], rows[row]);
  }

  #clear(scene: Scene): void {
    const gl = this.#gl;
    const background = scene.background as Color | null;
    if (background?.isColor) gl.clearColor(encode(background.r), encode(background.g), encode(background.b), 1);
    else gl.clearColor(0, 0, 0, 1);
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    this.#state.setDepth(true, true);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  }

  readonly #onLost = (event: Event): void => {
    event.preventDefault(); // without it the browser never restores
    this.#lost = true;
    this.#options.onContextLost?.();
  };

  readonly #onRestored = (): void => {
    const { capabilities, extensions } = readCapabilities(this.#gl, this.#options.refuse ?? []);
    this.#capabilities = capabilities;
    Object.assign(this.#extensions, extensions); // the old objects are dead; the parts of the renderer share this one
    this.#state.reset();
    this.#programs.forget();
    this.#geometries.forget();
    this.#textures.forget();
    this.#lost = false;
    this.#options.onContextRestored?.();
  };

  /** For tests of what happens when a context is lost; null where the extension is missing. */
  get loseContext(): WEBGL_lose_context | null {
    return this.#extensions.lose;
  }

  #warnOnce(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    console.warn(text);
  }
}

function fogOf(scene: Scene): Fog | null {
  return scene.fog && 'near' in scene.fog ? (scene.fog as Fog) : null;
}
