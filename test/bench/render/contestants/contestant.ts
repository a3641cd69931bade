import type { Arena, Figure } from '../crowd.ts';

/** An engine with the crowd in it. */
export interface Contestant {
  readonly canvas: HTMLCanvasElement;
  readonly gl: WebGLRenderingContext | WebGL2RenderingContext;
  /** Poses all avatars for `seconds`, then draws. */
  frame(seconds: number): void;
  resize(width: number, height: number): void;
  /** Pixels that a coarser level of detail may lie beside the finest. */
  tolerate?(pixels: number): void;
  /** Turns the camera to an empty corner of the full room, and back. */
  lookAway(away: boolean): void;
  /** Loses the context and brings it back, where the engine can. @returns ms from the browser's word that it is back to a finished frame. */
  restore?(): Promise<number>;
  dispose(): void;
}

export interface CrowdOptions {
  readonly figure: Figure;
  readonly avatars: number;
  readonly arena: Arena;
  readonly canvas: HTMLCanvasElement;
}

export type MakeContestant = (options: CrowdOptions) => Promise<Contestant>;
