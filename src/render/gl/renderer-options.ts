/** The options of LeanRenderer and the figures that it reports. */

import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { RenderCanvas } from './context.ts';

export interface LeanRendererOptions {
  readonly canvas: RenderCanvas;
  /** Default true. */
  readonly antialias?: boolean;
  /** Keeps the picture for screenshots, which costs a copy a frame. Default false. */
  readonly preserveDrawingBuffer?: boolean;
  readonly powerPreference?: WebGLPowerPreference;
  /** Names of extensions to ignore, as if the driver lacked them. */
  readonly refuse?: readonly string[];
  /** Budget for memory that the renderer takes on its own (impostors: 16 MB). It refuses what does not fit. */
  readonly memory?: MemoryBudget;
  readonly onContextLost?: () => void;
  /** Called after a lost context is restored. The next `render` uploads everything again; nothing needs to be loaded. */
  readonly onContextRestored?: () => void;
}

/** Cost of the last frame and contents of the GPU. */
export interface RenderInfo {
  drawCalls: number;
  triangles: number;
  /** State changes that reached WebGL. */
  stateChanges: number;
  programs: number;
  textures: number;
  geometries: number;
  textureBytes: number;
  geometryBytes: number;
  /** Bytes of impostor pictures. */
  impostorBytes: number;
}

/** Returns the figures before the first frame. */
export const createRenderInfo = (): RenderInfo => ({
  drawCalls: 0,
  triangles: 0,
  stateChanges: 0,
  programs: 0,
  textures: 0,
  geometries: 0,
  textureBytes: 0,
  geometryBytes: 0,
  impostorBytes: 0,
});
