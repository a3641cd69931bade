import { BoxGeometry, BufferAttribute, Mesh, PerspectiveCamera, Scene, Texture } from 'three';
import { describe, expect, it } from 'vitest';
import { DrawList } from '../../../src/render/frame/draw-list.ts';
import { neededVariants } from '../../../src/render/frame/needed-variants.ts';
import { drawKey } from '../../../src/render/frame/sort-key.ts';
import { ViewState } from '../../../src/render/frame/view-state.ts';
import { collectVisible } from '../../../src/render/frame/visible.ts';
import { type PartData, type PartMesh, setMap } from '../../../src/render/geometry/part-mesh.ts';
import { SurfaceMaterial } from '../../../src/render/materials/surface-material.ts';
import { ALPHA, COLOR, LIT, MAP, ofLevel, SCROLL } from '../../../src/render/materials/surface-variant.ts';

/** A box with a level that is painted, in a room that it is far away in. */
function painted() {
  const levels = [0, 1].map(i => {
    const geometry = new BoxGeometry();
    if (i === 1) geometry.setAttribute('color', new BufferAttribute(new Uint8Array(24 * 4), 4, true));
    return { geometry, error: i * 0.001, ranges: [{ start: 0, count: 36, joints: 0 }], painted: i === 1 };
  });
  const mesh: PartMesh = new Mesh(levels[0].geometry, new SurfaceMaterial({ variant: LIT }));
  const data: PartData = { palette: undefined, joints: 0, levels, bounds: undefined, morphTargets: [], pixels: 0 };
  mesh.userData.foyer = data;
  mesh.position.z = -50;
  const scene = new Scene();
  scene.add(mesh);
  scene.updateMatrixWorld();
  const camera = new PerspectiveCamera(60, 1, 0.1, 100);
  camera.updateMatrixWorld();
  const view = new ViewState();
  view.set(camera, 720);
  const list = new DrawList();
  const program = (): number => {
    list.sync(scene);
    expect(collectVisible(list, view, 2, () => {})).toBe(1);
    expect(list.items[0].level).toBe(1);
    return list.keys[0] >>> 23;
  };
  const keyOf = (variant: number): number => drawKey(0, variant, 0, 0, 0) >>> 23;
  return { mesh, program, keyOf, list };
}

describe('a painted level', () => {
  it('is drawn by the colours of its vertices where the texture is the one that it was painted from', () => {
    const { mesh, program, keyOf, list } = painted();
    setMap(mesh, new Texture(), true);
    expect(program()).toBe(keyOf(LIT | COLOR));
    const needed = neededVariants(list.items, { fog: false, instancing: false, pictures: false });
    expect([...needed].sort()).toEqual([LIT | MAP, LIT | COLOR].sort());
  });

  it('is drawn with any other texture, and plain without one', () => {
    const { mesh, program, keyOf } = painted();
    setMap(mesh, new Texture());
    expect(program()).toBe(keyOf(LIT | MAP));
    setMap(mesh, null);
    expect(program()).toBe(keyOf(LIT));
  });

  it('keeps a texture that moves, or that has holes', () => {
    expect(ofLevel(MAP | SCROLL, true)).toBe(MAP | SCROLL);
    expect(ofLevel(MAP | ALPHA, true)).toBe(MAP | ALPHA);
    expect(ofLevel(LIT | MAP, false)).toBe(LIT | MAP);
  });
});
