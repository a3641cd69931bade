import { type Camera, PerspectiveCamera, type Scene, type Texture, WebGLRenderer } from 'three';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import type { TextureAsset } from '../../assets/textures/texture-asset.ts';
import type { RenderBackend } from '../backend.ts';
import type { PartMesh } from '../geometry/part-mesh.ts';
import { ContextError, type RenderCanvas } from '../gl/context.ts';
import { keptTextureFor } from '../textures/texture-for.ts';
import { UploadCheck } from '../textures/upload-check.ts';
import { uploadChecked } from './checked-upload.ts';
import { FadedFigures } from './faded-figures.ts';
import { FogForThree } from './fog-for-three.ts';
import { SkinsForThree } from './skins-for-three.ts';

export interface ThreeBackendOptions {
  readonly canvas: RenderCanvas;
  readonly antialias?: boolean;
  readonly preserveDrawingBuffer?: boolean;
}

/**
 * three's own renderer (WebGL 2) with the interface of LeanRenderer: `renderer="three"`. Import it only dynamically, because it
 * adds 110 KB. Background and fog are encoded like the rest of the room, unlike three's own.
 */
export class ThreeBackend implements RenderBackend {
  readonly #renderer: WebGLRenderer;
  readonly #check: UploadCheck;
  readonly #fog = new FogForThree();
  readonly #skins = new SkinsForThree();
  readonly #faded = new FadedFigures();
  readonly capabilities: { readonly s3tc: boolean; readonly maxTextureSize: number };
  readonly info = { drawCalls: 0, triangles: 0, programs: 0, textures: 0, geometries: 0, textureBytes: 0, geometryBytes: 0 };
  readonly keepsCopies = true;
  /** Ignored: this renderer always draws the finest level. */
  lodTolerance = 0;
  impostorPixels = 0;

  /**
   * Creates the renderer.
   *
   * @throws ContextError if WebGL 2 is not available.
   */
  constructor({ canvas, antialias = true, preserveDrawingBuffer = false }: ThreeBackendOptions) {
    // three would log to the console what this error reports to the page.
    const context = (canvas as HTMLCanvasElement).getContext('webgl2', { antialias, preserveDrawingBuffer, alpha: false });
    if (!context) throw new ContextError('no WebGL 2');
    this.#renderer = new WebGLRenderer({ canvas, context, antialias, preserveDrawingBuffer });
    this.#check = new UploadCheck(context as unknown as WebGLRenderingContext);
    this.capabilities = {
      s3tc: this.#renderer.extensions.has('WEBGL_compressed_texture_s3tc'),
      maxTextureSize: this.#renderer.capabilities.maxTextureSize,
    };
  }

  get gl(): WebGLRenderingContext | WebGL2RenderingContext {
    return this.#renderer.getContext();
  }

  get contextLost(): boolean {
    return this.gl.isContextLost();
  }

  setSize(width: number, height: number, pixelRatio = 1): void {
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(width, height, false);
  }

  /** Creates a texture. three uploads whole textures at the first draw, so the job has a single step. */
  createTexture(asset: TextureAsset): { texture: Texture; job: UploadJob } {
    const texture = keptTextureFor(asset);
    const bytes =
      asset.kind === 'picture' ? asset.width * asset.height * 4 : asset.levels.reduce((sum, l) => sum + l.byteLength, 0);
    let done = false;
    const job: UploadJob = {
      get done() {
        return done;
      },
      step: () => {
        if (done) return 0;
        done = true;
        uploadChecked(texture, this.#check, () => this.#renderer.initTexture(texture));
        return bytes;
      },
    };
    return { texture, job };
  }

  /** Creates the job of meshes. three uploads geometries at the first draw. */
  createMeshJob(_meshes: readonly PartMesh[]): UploadJob {
    return { done: true, step: () => 0 };
  }

  async warmUp(scene: Scene, camera: Camera = new PerspectiveCamera()): Promise<void> {
    this.#fog.follow(scene, scene.fog);
    // `compileAsync` logs a warning if it cannot wait in parallel.
    if (this.#renderer.extensions.has('KHR_parallel_shader_compile')) await this.#renderer.compileAsync(scene, camera);
    else this.#renderer.compile(scene, camera);
  }

  render(scene: Scene, camera: Camera): void {
    this.#fog.follow(scene, scene.fog);
    this.#skins.follow(scene);
    this.#faded.fade(scene);
    this.#renderer.render(scene, camera);
    this.#faded.restore();
    const { render, memory, programs } = this.#renderer.info;
    this.info.drawCalls = render.calls;
    this.info.triangles = render.triangles;
    this.info.programs = programs?.length ?? 0;
    this.info.textures = memory.textures;
    this.info.geometries = memory.geometries;
  }

  dispose(): void {
    this.#faded.dispose();
    this.#renderer.dispose();
    // As LeanRenderer does.
    this.#renderer.forceContextLoss();
  }
}
