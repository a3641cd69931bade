import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { RenderBackend } from '../../render/backend.ts';
import { LeanRenderer } from '../../render/lean-renderer.ts';

/** `lean`: LeanRenderer, WebGL 1; `three`: three's own WebGLRenderer, WebGL 2. */
export type RendererName = 'lean' | 'three';

/** @throws ContextError when the browser gives no context. */
export type CreateRenderer = (options: {
  readonly canvas: HTMLCanvasElement;
  /** Called when textures must be uploaded again before the next frame. */
  readonly onContextRestored: () => void;
  /** Counts what the renderer keeps for itself. */
  readonly memory?: MemoryBudget;
}) => RenderBackend;

export const createLean: CreateRenderer = options => new LeanRenderer(options);

/** Loads three's renderer only for those who choose it. */
export async function chooseRenderer(name: RendererName): Promise<CreateRenderer> {
  if (name === 'lean') return createLean;
  const { ThreeBackend } = await import('../../render/three/three-backend.ts');
  return ({ canvas }) => new ThreeBackend({ canvas });
}
