import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { RenderCanvas } from './context.ts';

export interface LeanRendererOptions {
  readonly canvas: RenderCanvas;
  /** Default true. */
  readonly antialias?: boolean;
  /** Keeps the picture for screenshots; costs a copy a frame. Default false. */
  readonly preserveDrawingBuffer?: boolean;
  readonly powerPreference?: WebGLPowerPreference;
  /** Extensions to do without, as if the driver lacked them. */
  readonly refuse?: readonly string[];
  /** Counts what the renderer keeps of its own accord (pictures of small figures: 16 MB), and refuses it where there is no room. */
  readonly memory?: MemoryBudget;
  readonly onContextLost?: () => void;
  /** The next `render` uploads what is needed again; nothing has to be loaded. */
  readonly onContextRestored?: () => void;
}

/** What the last frame cost, and what the GPU holds. */
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
  /** Pictures of small figures. */
  impostorBytes: number;
}
