/** What a scene has behind its objects: the background colour and linear fog. */
import type { Color, Fog, Scene } from 'three';
import type { GlState } from '../gl/gl-state.ts';
import { encodeColor } from '../materials/lighting.ts';

/** Clears the picture to the background of the scene. */
export function clearTo(scene: Scene, gl: WebGLRenderingContext, state: GlState): void {
  const background = scene.background as Color | null;
  if (background?.isColor) gl.clearColor(encodeColor(background.r), encodeColor(background.g), encodeColor(background.b), 1);
  else gl.clearColor(0, 0, 0, 1);
  gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
  state.setDepth(true, true);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
}

/** Returns the linear fog of the scene, if it has one. */
export function fogOf(scene: Scene): Fog | null {
  return scene.fog && 'near' in scene.fog ? (scene.fog as Fog) : null;
}
