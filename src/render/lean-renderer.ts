import type { Camera, Scene, Texture } from 'three';
import type { UploadJob } from '../assets/memory/upload-job.ts';
import type { TextureAsset } from '../assets/textures/texture-asset.ts';
import type { RenderBackend } from './backend.ts';
import { clearTo, fogOf } from './frame/background.ts';
import { DrawCalls } from './frame/draw-calls.ts';
import { type DrawItem, DrawList } from './frame/draw-list.ts';
import { Instances } from './frame/instances.ts';
import { TOLERANCE_PIXELS, toleranceAt } from './frame/level-of-detail.ts';
import { neededVariants, type Surroundings } from './frame/needed-variants.ts';
import { RadixSort } from './frame/radix-sort.ts';
import { ViewState } from './frame/view-state.ts';
import { collectVisible } from './frame/visible.ts';
import { Geometries } from './geometry/geometries.ts';
import { MeshUpload } from './geometry/mesh-upload.ts';
import type { PartMesh } from './geometry/part-mesh.ts';
import { type Capabilities, createContext, type Extensions, type RenderCanvas, readCapabilities } from './gl/context.ts';
import { ContextRestore } from './gl/context-restore.ts';
import { GlState } from './gl/gl-state.ts';
import { Programs } from './gl/programs.ts';
import { createRenderInfo, type LeanRendererOptions } from './gl/renderer-options.ts';
import { LazyImpostors } from './impostors/lazy-impostors.ts';
import { type TextureOptions, Textures } from './textures/textures.ts';

/**
 * Draws a scene of three's with WebGL 1 and little JavaScript: no allocation in a frame, no redundant state.
 *
 * ```ts
 * const renderer = new LeanRenderer({ canvas });
 * renderer.setSize(640, 360, devicePixelRatio);
 * renderer.render(scene, camera);
 * renderer.info.drawCalls // 163
 * ```
 *
 * It draws meshes with a SurfaceMaterial. Of three's own materials, it draws what plain-materials.ts keeps. It does not draw
 * lines, points, sprites, InstancedMesh or BatchedMesh. Copies of a Mesh are instanced automatically. A SkinnedMesh appears in
 * its bind pose. A geometry's numbers may change (`needsUpdate`); other attributes or another index need another geometry. Light
 * comes from `setLight`, fog from `scene.fog` (Fog, linear), the background colour from `scene.background` (Color).
 */
export class LeanRenderer implements RenderBackend {
  readonly canvas: RenderCanvas;
  readonly info = createRenderInfo();
  readonly #options: LeanRendererOptions;
  readonly #gl: WebGLRenderingContext;
  readonly #list: DrawList;
  readonly #sort = new RadixSort();
  readonly #instances = new Instances();
  readonly #view = new ViewState();
  readonly #warned = new Set<string>();
  #capabilities: Capabilities;
  readonly #extensions: Extensions;
  readonly #state: GlState;
  readonly #programs: Programs;
  readonly #geometries: Geometries;
  readonly #textures: Textures;
  readonly #calls: DrawCalls;
  readonly #impostors: LazyImpostors;
  readonly #context: ContextRestore;
  #fog = false;
  /** Maximum error of a coarser level of detail, pixels. The quality governor raises it. */
  lodTolerance = TOLERANCE_PIXELS;
  /** Chooses levels of detail without hysteresis, for reproducible pictures. Default false. */
  steady = false;
  /** Avatars (userData.foyerFigure) up to this height in pixels are drawn as impostors; 0: none. The governor raises it. */
  impostorPixels = 0;
  /** False: textures that can be restored release their copies. */
  readonly keepsCopies = false;
  #disposed = false;

  /**
   * Creates the renderer.
   *
   * @throws ContextError if WebGL is not available.
   */
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
    this.#list = new DrawList(capabilities.maxJoints, this.#warnForeign);
    this.#state = new GlState(this.#gl);
    this.#programs = new Programs(this.#gl, extensions, undefined, capabilities.maxJoints);
    this.#geometries = new Geometries(this.#gl, capabilities, extensions);
    this.#textures = new Textures(this.#gl, this.#state, capabilities, extensions);
    this.#calls = new DrawCalls(this.#gl, extensions, this.#state, this.#programs, this.#geometries, this.#textures);
    const ports = { gl: this.#gl, state: this.#state, calls: this.#calls, textures: this.#textures, memory: options.memory };
    this.#impostors = new LazyImpostors(ports, () => this.#programsReady());
    this.#context = new ContextRestore({
      ...{ canvas, gl: this.#gl, extensions, refuse },
      onLost: () => options.onContextLost?.(),
      onRestored: restored => this.#restore(restored),
    });
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  get gl(): WebGLRenderingContext {
    return this.#gl;
  }

  get contextLost(): boolean {
    return this.#context.isLost;
  }

  /**
   * Sets the size.
   *
   * @param width, height - CSS pixels. The picture has `pixelRatio` times as many, rounded, at least one.
   */
  setSize(width: number, height: number, pixelRatio = 1): void {
    const w = Math.max(1, Math.round(width * pixelRatio));
    const h = Math.max(1, Math.round(height * pixelRatio));
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
  }

  /**
   * Creates a texture for `setMap`, and the job that uploads it in slices. `texture.dispose()` frees it.
   *
   * @throws RangeError if this GPU cannot take the asset.
   */
  createTexture(asset: TextureAsset, options?: TextureOptions): { texture: Texture; job: UploadJob } {
    return this.#textures.create(asset, options);
  }

  /**
   * Creates the job that uploads meshes, all levels of one in a step, and compiles their programs. So no frame waits for them when they
   * come into view.
   */
  createMeshJob(meshes: readonly PartMesh[]): UploadJob {
    return new MeshUpload(meshes, {
      geometries: this.#geometries,
      programs: this.#programs,
      surroundings: () => this.#surroundings(),
      idle: () => this.#context.isLost || this.#disposed,
    });
  }

  /** Returns the texture's exact bytes on the GPU, all levels; 0 before the upload. */
  bytesOf(texture: Texture): number {
    return this.#textures.bytesOf(texture);
  }

  /**
   * Compiles every program that the scene needs, in parallel if the driver can, so that no frame waits for it.
   *
   * @param pause - waits a moment (tests inject it); default a task of 5 ms.
   */
  async warmUp(scene: Scene, pause: () => Promise<void> = () => new Promise(resolve => setTimeout(resolve, 5))): Promise<void> {
    if (scene.matrixWorldAutoUpdate) scene.updateMatrixWorld();
    this.#list.sync(scene);
    this.#fog = fogOf(scene) !== null;
    const wanted = neededVariants(this.#list.items, this.#surroundings());
    await this.#programs.warm(wanted, pause, () => this.#context.isLost || this.#disposed);
  }

  render(scene: Scene, camera: Camera): void {
    if (this.#context.isLost || this.#disposed) return;
    if (scene.matrixWorldAutoUpdate) scene.updateMatrixWorld();
    if (camera.parent === null && camera.matrixWorldAutoUpdate) camera.updateMatrixWorld();
    const { info } = this;
    this.#view.set(camera, this.#gl.drawingBufferHeight);
    const changed = this.#list.sync(scene);
    this.#state.changes = 0;
    const fog = fogOf(scene);
    this.#fog = fog !== null;
    this.#impostors.prepare(this.#list, this.#view, this.impostorPixels, changed); // a new light rebuilds the list too
    clearTo(scene, this.#gl, this.#state);
    const calls = this.#calls;
    calls.begin(this.#view.clip, fog);
    const tolerance = toleranceAt(this.lodTolerance, this.#gl.drawingBufferHeight);
    if (this.steady) for (const item of this.#list.items) item.level = 0;
    const count = collectVisible(this.#list, this.#view, tolerance, this.#warnUnknown);
    const order = this.#sort.sort(this.#list.keys, count);
    const pictures = this.#impostors.item;
    if (pictures && this.#impostors.count > 0) calls.draw(pictures, 0);
    this.#drawInOrder(order, count);

    info.drawCalls = calls.count;
    info.triangles = calls.triangles;
    info.stateChanges = this.#state.changes;
    info.programs = this.#programs.count;
    info.textures = this.#textures.count;
    info.geometries = this.#geometries.count;
    info.textureBytes = this.#textures.bytes;
    info.geometryBytes = this.#geometries.bytes;
    info.impostorBytes = this.#impostors.bytes;
  }

  #surroundings(): Surroundings {
    return { fog: this.#fog, instancing: this.#extensions.instancing !== null, pictures: this.impostorPixels > 0 };
  }

  /** Starts to compile the list's programs. It returns true once all are ready. */
  #programsReady(): boolean {
    const wanted = [...neededVariants(this.#list.items, this.#surroundings())];
    for (const variant of wanted) this.#programs.start(variant);
    return wanted.every(variant => this.#programs.isReady(variant));
  }

  /** Loads the code of impostors. It resolves once small figures can be drawn as impostors; benches and tests wait for it. */
  loadImpostors(): Promise<void> {
    return this.#impostors.load();
  }

  #drawInOrder(order: Uint16Array, count: number): void {
    const calls = this.#calls;
    const { items, itemOf, rangeOf } = this.#list;
    if (!this.#extensions.instancing) {
      for (let i = 0; i < count; i++) calls.draw(items[itemOf[order[i]]], rangeOf[order[i]]);
      return;
    }
    const { runs, starts } = this.#gatherInstances(order, count);
    for (let i = 0; i < count; i += runs[i]) {
      const item = items[itemOf[order[i]]];
      if (runs[i] > 1) calls.drawInstances(item, rangeOf[order[i]], starts[i], runs[i]);
      else calls.draw(item, rangeOf[order[i]]);
    }
  }

  #gatherInstances(order: Uint16Array, count: number): Instances {
    const instances = this.#instances;
    instances.gather(this.#list, order, count);
    if (instances.count > 0) this.#geometries.sendInstances(instances.rows, instances.count);
    return instances;
  }

  /**
   * Frees all GPU objects and the context: browsers allow about 16, and a page that opens and removes viewers would lose its own ones before
   * the garbage collector runs. The scene's objects belong to their creators and stay. A second call has no effect.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#context.dispose();
    this.#list.clear();
    this.#impostors.dispose();
    this.#geometries.dispose();
    this.#textures.dispose();
    this.#programs.dispose();
    const { info } = this;
    info.programs = info.textures = info.geometries = info.textureBytes = info.geometryBytes = info.impostorBytes = 0;
    this.#extensions.lose?.loseContext();
  }

  /** Resets every part after a lost context, because the GPU is empty. */
  #restore(capabilities: Capabilities): void {
    this.#capabilities = capabilities;
    this.#state.reset();
    this.#programs.forget();
    this.#geometries.forget(capabilities);
    this.#textures.forget(capabilities);
    this.#impostors.forget();
    this.#options.onContextRestored?.();
  }

  /** Lets tests lose the context; null if the extension is missing. */
  get loseContext(): WEBGL_lose_context | null {
    return this.#extensions.lose;
  }

  readonly #warnUnknown = ({ mesh, material }: DrawItem): void =>
    this.#warn(`${material.type} (mesh "${mesh.name}")`, material.type);
  readonly #warnForeign = (kind: string): void => this.#warn(kind);

  #warn(what: string, kind = what): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    console.warn(`LeanRenderer does not draw ${what}`);
  }
}
