import { Group, Sphere, Vector3 } from 'three';
import { expect, it } from 'vitest';
import type { MeshPart } from '../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../src/assets/meshes/prepare-part.ts';
import { freeWay, isCovered } from '../../src/render/covered.ts';
import { createPartMesh } from '../../src/render/geometry/part-mesh.ts';

/** A wall of 2 x 2 m in the plane z = 0, its corners as normalized 16-bit integers. */
function wall(alphaMode: 'opaque' | 'blend' = 'opaque'): MeshPart {
  const transform = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const position = Int16Array.of(-32767, -32767, 0, 32767, -32767, 0, 32767, 32767, 0, -32767, 32767, 0);
  return preparePart({
    material: plainMaterial({ name: 'wall', unlit: true, alphaMode }),
    levels: [
      {
        index: Uint16Array.of(0, 1, 2, 0, 2, 3),
        error: 0,
        attributes: { POSITION: { array: position, itemSize: 3, normalized: true } },
      },
    ],
    transform,
    skin: undefined,
    morphTargets: [],
    bounds: { min: [-1, -1, 0], max: [1, 1, 0] },
  });
}

function roomWith(part: MeshPart): Group {
  const room = new Group();
  const place = new Group();
  place.position.set(0, 1, -2);
  place.add(createPartMesh(part));
  room.add(place);
  room.updateMatrixWorld();
  return room;
}

const eye = new Vector3(0, 1, 3);

it('a wall covers points behind it, not those in front of or beside it', () => {
  const room = roomWith(wall());
  expect(isCovered(room, eye, new Vector3(0, 1, -4))).toBe(true);
  expect(isCovered(room, new Vector3(0, 1, -4), eye)).toBe(true);
  expect(isCovered(room, eye, new Vector3(0, 1, -1))).toBe(false);
  expect(isCovered(room, eye, new Vector3(4, 1, -4))).toBe(false);
  room.children[0].visible = false;
  expect(isCovered(room, eye, new Vector3(0, 1, -4))).toBe(false);
});

it('a label is not covered by the surface it lies on, nor by glass', () => {
  expect(isCovered(roomWith(wall()), eye, new Vector3(0, 1, -2))).toBe(false);
  expect(isCovered(roomWith(wall('blend')), eye, new Vector3(0, 1, -4))).toBe(false);
});

it('freeWay returns the free share of the way and ignores small meshes', () => {
  const room = roomWith(wall());
  expect(freeWay(room, eye, new Vector3(0, 1, -7), 1)).toBeCloseTo(0.5);
  expect(freeWay(room, eye, new Vector3(0, 1, -1), 1)).toBe(1);
  expect(freeWay(room, eye, new Vector3(0, 1, -7), 2)).toBe(1);
});

it('passes over what bounds say is beside, without looking at its triangles', () => {
  const room = roomWith(wall());
  const [place] = room.children;
  const behind = new Vector3(0, 1, -7);
  place.userData.foyerBounds = new Sphere(new Vector3(0, 1, -2), 1.5);
  expect(isCovered(room, eye, behind)).toBe(true);
  expect(freeWay(room, eye, behind, 1)).toBeCloseTo(0.5);
  place.userData.foyerBounds = new Sphere(new Vector3(5, 1, -2), 1.5);
  expect(isCovered(room, eye, behind)).toBe(false);
  expect(freeWay(room, eye, behind, 1)).toBe(1);
});
