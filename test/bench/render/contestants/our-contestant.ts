import * as THREE from 'three';
import { Avatar } from '../../../../src/avatar/avatar.ts';
import { compileClip } from '../../../../src/avatar/clips/clip.ts';
import { PoseScheduler } from '../../../../src/avatar/pose-scheduler.ts';
import { bindSkin } from '../../../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../../../src/avatar/skeleton/skeleton.ts';
import { createPartMesh, type PartData, setMap } from '../../../../src/render/geometry/part-mesh.ts';
import { createFigure } from '../../../../src/render/impostors/figure.ts';
import { LeanRenderer } from '../../../../src/render/lean-renderer.ts';
import { setLight } from '../../../../src/render/materials/lighting.ts';
import { loseContext, restoreContext } from '../../../lose-context.ts';
import { CrowdCamera, FLOOR_COLOR, floorGeometry, furnishings, LIGHT, mapOf, placesOf } from '../crowd.ts';
import type { Contestant, CrowdOptions } from './contestant.ts';
import { leanView } from './lean-view.ts';
import { animationOf, figurePart, partOf, skeletonOf } from './our-parts.ts';

/**
 * Foyer, lit. With `detail` 'full' unchanged assets, every avatar posed each frame and drawn whole; with 'whole' the same of imported
 * assets; with 'auto' as a room does; with 'impostors' those of at most 48 pixels as pictures too.
 */
export async function foyer(
  options: CrowdOptions & { readonly detail: 'full' | 'whole' | 'auto' | 'impostors' },
): Promise<Contestant> {
  const { figure, avatars, arena, canvas, detail } = options;
  const made = detail === 'full' ? 'as is' : 'imported';
  const renderer = new LeanRenderer({ canvas, antialias: false });
  if (detail === 'impostors') renderer.impostorPixels = 48;
  if (detail === 'whole') renderer.lodTolerance = 0;
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0);
  // Or three multiplies the matrices of all meshes in each frame.
  scene.matrixAutoUpdate = false;
  setLight(scene, LIGHT);
  const map = mapOf(figure);
  const { texture, job } = renderer.createTexture(await pictureOf(map));
  while (!job.done) job.step(1 << 20);

  const skeleton = new Skeleton(skeletonOf(figure));
  const clip = compileClip(animationOf(figure.clip), skeleton);
  const part = await figurePart(figure, made);
  const binding = bindSkin(part.skin, skeleton, 'bench');
  const scheduler = new PoseScheduler();
  const owner = createPartMesh(part);
  setMap(owner, texture, true);
  const crowd = placesOf(avatars, arena).map(({ x, y, z, turn, phase }) => {
    const avatar = new Avatar(skeleton);
    avatar.animator.add(clip);
    avatar.animator.play(clip.name);
    const palette = avatar.addSkin(binding);
    avatar.update(phase);
    const mesh = new THREE.Mesh(owner.geometry, owner.material);
    const data: PartData = { ...owner.userData.foyer, palette };
    mesh.userData.foyer = data;
    mesh.matrix.makeRotationY(turn).setPosition(x, y, z);
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldNeedsUpdate = true;
    scene.add(mesh);
    const whole = createFigure(part.bounds.max[1]);
    whole.look = whole.clip = 0;
    mesh.userData.foyerFigure = whole;
    return { avatar, data, entry: scheduler.add(avatar), whole, posed: 0 };
  });
  const owners = new Map<THREE.BufferGeometry, THREE.Mesh>();
  const stand = async (geometry: THREE.BufferGeometry, color: THREE.Color, matrix: THREE.Matrix4) => {
    let first = owners.get(geometry);
    if (!first) owners.set(geometry, (first = createPartMesh(await partOf(geometry, color, made))));
    const mesh = new THREE.Mesh(first.geometry, first.material);
    mesh.userData.foyer = { ...first.userData.foyer };
    mesh.matrix.multiplyMatrices(matrix, first.matrix);
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldNeedsUpdate = true;
    scene.add(mesh);
  };
  for (const { geometry, color, matrix } of furnishings()) await stand(geometry, color, matrix);
  await stand(floorGeometry(), FLOOR_COLOR, new THREE.Matrix4());
  let last = 0;
  const camera = new CrowdCamera(canvas);
  if (detail === 'impostors') await renderer.loadImpostors();
  await renderer.warmUp(scene);
  return {
    canvas,
    gl: renderer.gl,
    frame(seconds) {
      // Pictures of both sizes are of one moment, and avatars do not go back: forward, then, to where a loop is the same.
      const back = Math.max(0, last - seconds);
      const step = seconds - last + Math.ceil(back / clip.duration) * clip.duration;
      last = seconds;
      if (detail === 'full' || detail === 'whole') for (let i = 0; i < crowd.length; i++) crowd[i].avatar.update(step);
      else {
        for (let i = 0; i < crowd.length; i++)
          scheduler.see(crowd[i].entry, Math.ceil((1000 * crowd[i].data.pixels) / canvas.height));
        scheduler.frame(step);
        for (let i = 0; i < crowd.length; i++) {
          const one = crowd[i];
          if (one.posed === one.avatar.version) continue;
          one.posed = one.avatar.version;
          one.whole.phase = one.avatar.animator.phase;
        }
      }
      renderer.render(scene, camera.now);
    },
    ...leanView(renderer, camera),
    async restore() {
      const { gl } = renderer;
      if (!renderer.loseContext) return Number.NaN;
      await loseContext(renderer);
      await restoreContext(renderer);
      const start = performance.now();
      renderer.render(scene, camera.now);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      return performance.now() - start;
    },
    dispose: () => renderer.dispose(),
  };
}

/** The picture of a map of three's, as ours. */
export async function pictureOf(map: THREE.Texture) {
  const image = map.image as ImageBitmap & { data?: Uint8Array };
  const { width, height } = image;
  return { kind: 'picture' as const, width, height, image: image.data ? { data: image.data, width, height } : image };
}
