// Runs in the browser: draws the scenes of this folder that are no rooms, as `window.foyer`.
import { canvas, lean } from '../page.ts';
import alpha from './alpha/scene.ts';
import fog from './fog/scene.ts';
import impostors from './impostors/scene.ts';
import instances from './instances/scene.ts';
import lightMap from './light-map/scene.ts';
import morph from './morph/scene.ts';
import type { MakeScene } from './textures.ts';

const scenes: Readonly<Record<string, MakeScene>> = { alpha, fog, impostors, instances, morph, 'light-map': lightMap };

/** Draws one. @returns its picture, a PNG as a data URL. */
export async function draw(name: string): Promise<string> {
  const element = canvas(320, 200);
  const renderer = lean({ canvas: element, antialias: false });
  const { scene, camera } = scenes[name](renderer);
  camera.aspect = 320 / 200;
  camera.updateProjectionMatrix();
  await renderer.loadImpostors();
  await renderer.warmUp(scene);
  // Pictures of figures are made in the first frames.
  for (let frame = 0; frame < 8; frame++) renderer.render(scene, camera);
  const picture = element.toDataURL('image/png');
  renderer.dispose();
  return picture;
}
