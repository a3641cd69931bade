import { BoxGeometry, Mesh, MeshBasicMaterial, Ray, Scene, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import type { MeshPart } from '../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../src/assets/meshes/prepare-part.ts';
import { createPartMesh } from '../../src/render/geometry/part-mesh.ts';
import { ContactShadows } from '../../src/render/materials/contact-shadows.ts';
import { pick } from '../../src/render/pick.ts';

const forward = new Vector3(0, 0, -1);
const rayAt = (x: number, y: number) => new Ray(new Vector3(x, y, 5), forward);

const boxAt = (z: number) => {
  const mesh = new Mesh(new BoxGeometry(), new MeshBasicMaterial());
  mesh.position.z = z;
  return mesh;
};

/** A square in the plane z = 0, on joint 1. */
function square(): MeshPart {
  const bytes = (array: number[], normalized = false) => ({ array: Uint8Array.from(array), itemSize: 4, normalized });
  const four = (a: number[]) => [...a, ...a, ...a, ...a];
  return preparePart({
    material: plainMaterial({ name: 'cloth', unlit: true }),
    levels: [
      {
        index: Uint16Array.of(0, 1, 2, 0, 2, 3),
        error: 0,
        attributes: {
          POSITION: {
            array: Float32Array.of(-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0),
            itemSize: 3,
            normalized: false,
          },
          JOINTS_0: bytes(four([1, 0, 0, 0])),
          WEIGHTS_0: bytes(four([255, 0, 0, 0]), true),
        },
      },
    ],
    transform: new Float32Array(16),
    skin: { joints: ['a', 'b'], inverseBind: new Float32Array(32) },
    morphTargets: [],
    bounds: { min: [-0.5, -0.5, 0], max: [0.5, 0.5, 0] },
  });
}

describe('pick', () => {
  it('finds the nearest surface and the point hit', () => {
    const scene = new Scene();
    const [near, far] = [boxAt(0), boxAt(-4)];
    scene.add(far, near);
    scene.updateMatrixWorld();
    const hit = pick(scene, rayAt(0.1, 0.2));
    expect(hit?.mesh).toBe(near);
    expect(hit?.distance).toBeCloseTo(4.5);
    expect(hit?.point.z).toBeCloseTo(0.5);
    expect(hit?.normal.toArray()).toEqual([0, 0, 1].map(n => expect.closeTo(n)));
    near.visible = false;
    expect(pick(scene, rayAt(0.1, 0.2))?.mesh).toBe(far);
    expect(pick(scene, rayAt(0.1, 0.2), mesh => mesh !== far)).toBeUndefined();
    expect(pick(scene, rayAt(3, 0))).toBeUndefined();
  });

  it('returns the normal of a scaled and rotated surface, facing the ray', () => {
    const scene = new Scene();
    const mesh = boxAt(0);
    mesh.scale.set(4, 1, 1);
    mesh.rotation.y = Math.PI / 4;
    scene.add(mesh);
    scene.updateMatrixWorld();
    const hit = pick(scene, rayAt(0.1, 0));
    expect(hit?.normal.toArray()).toEqual([Math.SQRT1_2, 0, Math.SQRT1_2].map(n => expect.closeTo(n)));
  });

  it('misses if the ray hits the bounds but no triangle', () => {
    const scene = new Scene();
    scene.add(boxAt(0));
    scene.updateMatrixWorld();
    expect(pick(scene, rayAt(0.6, 0.6))).toBeUndefined();
  });

  it('hits a skin in its current pose', () => {
    const scene = new Scene();
    const mesh = createPartMesh(square());
    scene.add(mesh);
    scene.updateMatrixWorld();
    expect(pick(scene, rayAt(0, 0))?.mesh).toBe(mesh);
    mesh.userData.foyer.palette[4 + 3] = 3; // joint 1, row 0: three metres to the right
    expect(pick(scene, rayAt(0, 0))).toBeUndefined();
    expect(pick(scene, rayAt(3, 0))?.distance).toBeCloseTo(5);
  });
});

describe('ContactShadows', () => {
  it('places shadows on the floor with the given radius', () => {
    const shadows = new ContactShadows(2);
    const scene = new Scene();
    scene.add(shadows.mesh);
    shadows.place(1, 2, 0, 3, 0.5);
    shadows.update();
    const xs = shadows.mesh.geometry.getAttribute('position').array as Float32Array;
    expect(Array.from(xs.subarray(0, 12)).every(v => v === 0)).toBe(true);
    expect(Math.min(...[12, 15, 18, 21].map(i => xs[i]))).toBe(1.5);
    expect(Math.max(...[14, 17, 20, 23].map(i => xs[i]))).toBe(3.5);
    // Counter-clockwise from above, or the floor would hide it.
    const p = (i: number) => new Vector3().fromArray(xs, 12 + i * 3);
    expect(
      p(1)
        .sub(p(0))
        .cross(p(2).sub(p(0))).y,
    ).toBeGreaterThan(0);
    let disposed = 0;
    shadows.mesh.geometry.addEventListener('dispose', () => disposed++);
    shadows.dispose();
    expect(disposed).toBe(1);
    expect(scene.children).toHaveLength(0);
  });

  it('refuses a capacity that 16-bit indices cannot address', () => {
    expect(() => new ContactShadows(20_000)).toThrow(RangeError);
    expect(() => new ContactShadows(0)).toThrow(RangeError);
  });
});
