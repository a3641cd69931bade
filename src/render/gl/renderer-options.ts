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
