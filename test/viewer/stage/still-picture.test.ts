import {
  BoxGeometry,
  BufferGeometry,
  Color,
  InstancedMesh,
  Line,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  PointLight,
  Points,
  Scene,
  ShaderMaterial,
  SkinnedMesh,
  Sprite,
  Texture,
} from 'three';
import { describe, expect, it } from 'vitest';
import type { PartData } from '../../../src/render/geometry/part-mesh.ts';
import { createFigure } from '../../../src/render/impostors/figure.ts';
import { StillPicture } from '../../../src/viewer/stage/still-picture.ts';

const camera = new PerspectiveCamera();

/** A scene with a box and a figure of two joints. */
function room() {
  const scene = new Scene();
  const box = new Mesh(new BoxGeometry(), new MeshBasicMaterial({ map: new Texture() }));
  box.material.color.setRGB(1, 1, 1);
  const figure = new Mesh(new BoxGeometry(), new MeshBasicMaterial());
  const palette = new Float32Array(24);
  figure.userData.foyer = { palette } as unknown as PartData;
  figure.userData.foyerFigure = createFigure(1.7);
  scene.add(box, figure);
  const still = new StillPicture();
  const more = [1280, 720];
  return { scene, box, figure, palette, still, more, isSame: () => still.isSame(scene, camera, more) };
}

/** Pictures until one is left out; at most 100. */
function picturesUntilStill(isSame: () => boolean): number {
  for (let pictures = 0; pictures < 100; pictures++) if (isSame()) return pictures;
  return 100;
}

describe('StillPicture', () => {
  it('leaves pictures out once some were the same, and none while something moves', () => {
    const { box, isSame } = room();
    for (let i = 0; i < 200; i++) {
      box.position.x += 0.01;
      expect(isSame()).toBe(false);
    }
    const settled = picturesUntilStill(isSame);
    expect(settled).toBeGreaterThan(20);
    expect(settled).toBeLessThan(60);
    for (let i = 0; i < 10; i++) expect(isSame()).toBe(true);
  });

  const changes: readonly [string, (r: ReturnType<typeof room>) => void][] = [
    ['an object moves', ({ box }) => void (box.position.y += 0.001)],
    ['any joint of a figure moves', ({ palette }) => void (palette[23] += 0.001)],
    ['the camera moves', () => void (camera.position.z += 0.001)],
    ['an object is hidden', ({ box }) => void (box.visible = false)],
    ['an object is added', ({ scene }) => void scene.add(new Mesh(new BoxGeometry(), new MeshBasicMaterial()))],
    ['a colour changes', ({ box }) => void box.material.color.setRGB(1, 0, 0)],
    ['a colour changes to one of the same sum', ({ box }) => void box.material.color.setRGB(0, 1.5, 1)],
    ['the map of an own object moves', ({ box }) => void box.material.map?.offset.set(0.1, 0)],
    ['an own object morphs', ({ box }) => void (box.morphTargetInfluences = [0.5])],
    ['somebody fades', ({ figure }) => void (figure.userData.foyerFigure.opacity = 0.9)],
    ['vertices change', ({ box }) => void (box.geometry.attributes.position.needsUpdate = true)],
    ['the background changes', ({ scene }) => void (scene.background = new Color(0.1, 0.2, 0.3))],
    ['the size changes', ({ more }) => void (more[0] = 640)],
    ['the canvas is new', ({ still }) => still.forget()],
  ];
  for (const [what, change] of changes)
    it(`draws again as soon as ${what}`, () => {
      const made = room();
      picturesUntilStill(made.isSame);
      change(made);
      expect(made.isSame()).toBe(false);
    });

  const unknown: readonly [string, (scene: Scene) => void][] = [
    ['a light', scene => void scene.add(new PointLight())],
    ['a line', scene => void scene.add(new Line())],
    ['points', scene => void scene.add(new Points())],
    ['a sprite', scene => void scene.add(new Sprite())],
    ['a SkinnedMesh', scene => void scene.add(new SkinnedMesh(new BufferGeometry()))],
    ['an InstancedMesh', scene => void scene.add(new InstancedMesh(new BoxGeometry(), new MeshBasicMaterial(), 2))],
    ['a shader of its own', scene => void scene.add(new Mesh(new BoxGeometry(), new ShaderMaterial()))],
    ['an environment', scene => void (scene.environment = new Texture())],
    ['a picture as background', scene => void (scene.background = new Texture())],
  ];
  for (const [what, add] of unknown)
    it(`draws every picture where the page added ${what}`, () => {
      const { scene, isSame } = room();
      add(scene);
      expect(picturesUntilStill(isSame)).toBe(100);
    });
});
