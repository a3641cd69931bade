/** The view of a contestant that draws with LeanRenderer, whatever it draws. */
import type { LeanRenderer } from '../../../../src/render/lean-renderer.ts';
import type { CrowdCamera } from '../crowd.ts';
import type { Contestant } from './contestant.ts';

export function leanView(renderer: LeanRenderer, camera: CrowdCamera): Pick<Contestant, 'resize' | 'tolerate' | 'lookAway'> {
  return {
    resize(width, height) {
      renderer.setSize(width, height);
      camera.resize(width, height);
    },
    tolerate(pixels) {
      renderer.lodTolerance = pixels;
    },
    lookAway: camera.lookAway,
  };
}
