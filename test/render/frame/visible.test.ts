import {
  BatchedMesh,
  BoxGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  Scene,
  SkinnedMesh,
} from 'three';
import { describe, expect, it } from 'vitest';
import { skinBoundsOf } from '../../../src/assets/meshes/skin-bounds.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { DrawList } from '../../../src/render/frame/draw-list.ts';
import { chooseLevel } from '../../../src/render/frame/level-of-detail.ts';
import { ViewState } from '../../../src/render/frame/view-state.ts';
import { collectVisible } from '../../../src/render/frame/visible.ts';
import { setLight } from '../../../src/render/materials/lighting.ts';

const camera = new PerspectiveCamera(60, 1, 0.1, 100);
camera.updateMatrixWorld();

function view(): ViewState {
  const state = new ViewState();
  state.set(camera, 720);
  return state;
}

const boxAt = (x: number, z: number) => {
  const mesh = new Mesh(new BoxGeometry(), new MeshBasicMaterial());
  mesh.position.set(x, 0, z);
  return mesh;
};

describe('collectVisible', () => {
  it('culls meshes outside the view, unless their culling is off', () => {
    const scene = new Scene();
    const behind = boxAt(0, 5);
    scene.add(boxAt(0, -5), boxAt(50, -5), behind);
    scene.updateMatrixWorld();
    const list = new DrawList();
    list.sync(scene);
    expect(collectVisible(list, view(), 1, () => {})).toBe(1);
    behind.frustumCulled = false;
    expect(collectVisible(list, view(), 1, () => {})).toBe(2);
  });

  it('draws the later of two meshes at the same place last, whatever the ids of their geometries', () => {
    const material = new MeshBasicMaterial();
    const drawnFirst = Array.from({ length: 150 }, () => {
      const scene = new Scene();
      scene.position.z = -5;
      scene.add(new Mesh(new BoxGeometry(), material), new Mesh(new BoxGeometry(), material));
      scene.updateMatrixWorld();
      const list = new DrawList();
      list.sync(scene);
      expect(collectVisible(list, view(), 1, () => {})).toBe(2);
      return list.itemOf[list.keys[0] < list.keys[1] ? 0 : 1];
    });
    expect(new Set(drawnFirst)).toEqual(new Set([0]));
  });

  it('reports a material that cannot be drawn', () => {
    const scene = new Scene();
    const odd = boxAt(0, -5);
    odd.material = { visible: true, type: 'Odd' } as MeshBasicMaterial;
    scene.add(odd);
    const list = new DrawList();
    list.sync(scene);
    const told: string[] = [];
    expect(collectVisible(list, view(), 1, item => told.push(item.material.type))).toBe(0);
    expect(told).toEqual(['Odd']);
  });
});

it('draws shadows after blended floors and before the glass above, wherever their middle is', () => {
  const scene = new Scene();
  const blended = (geometry: BoxGeometry, z: number, name: string) => {
    const mesh = new Mesh(geometry, new MeshBasicMaterial({ transparent: true }));
    mesh.position.set(0, -1, z);
    mesh.name = name;
    scene.add(mesh);
    return mesh;
  };
  blended(new BoxGeometry(), -4, 'near glass');
  blended(new BoxGeometry(), -20, 'far glass');
  blended(new BoxGeometry(4, 0.01, 4), -3, 'near rug');
  blended(new BoxGeometry(4, 0.01, 4), -30, 'far rug');
  blended(new BoxGeometry(4, 0.01, 40), -25, 'shadows').renderOrder = -1;
  scene.updateMatrixWorld();
  const list = new DrawList();
  list.sync(scene);
  const count = collectVisible(list, view(), 1, () => {});
  const order = [...list.keys.subarray(0, count).entries()].sort(([, a], [, b]) => a - b);
  expect(order.map(([i]) => list.items[list.itemOf[i]].mesh.name)).toEqual([
    'far rug',
    'near rug',
    'shadows',
    'far glass',
    'near glass',
  ]);
});

describe('DrawList', () => {
  it('is rebuilt when the scene changes, and only then', () => {
    const scene = new Scene();
    const a = boxAt(0, 0);
    const group = new Group();
    scene.add(a, group);
    const list = new DrawList();
    const changes: [string, () => void, boolean][] = [
      ['first', () => {}, true],
      ['nothing', () => {}, false],
      ['moved', () => a.position.set(1, 2, 3), false],
      ['added', () => group.add(boxAt(1, 1)), true],
      ['hidden', () => (group.visible = false), true],
      ['shown', () => (group.visible = true), true],
      ['other geometry', () => (a.geometry = new BoxGeometry()), true],
      ['other material', () => (a.material = new MeshBasicMaterial()), true],
      ['other parent', () => group.add(a), true],
      [
        'light',
        () => setLight(scene, { sky: [1, 1, 1], ground: [0, 0, 0], sun: { direction: [0, 1, 0], color: [1, 1, 1] } }),
        true,
      ],
      ['removed', () => a.removeFromParent(), true],
      ['nothing again', () => {}, false],
    ];
    for (const [name, change, expected] of changes) {
      change();
      expect(list.sync(scene), name).toBe(expected);
    }
    expect(list.items).toHaveLength(1);
  });
});

it("reports three's own kinds of mesh and draws no single copy of instanced ones", () => {
  const told: string[] = [];
  const list = new DrawList(68, kind => told.push(kind));
  const { geometry, material } = boxAt(0, 0);
  const scene = new Scene().add(
    new InstancedMesh(geometry, material, 3),
    new BatchedMesh(2, 24, 36, material),
    new SkinnedMesh(geometry, material),
    boxAt(0, -3),
  );
  list.sync(scene);
  expect(told).toEqual(['InstancedMesh', 'BatchedMesh', 'SkinnedMesh in its pose']);
  expect(list.items).toHaveLength(2);
  expect(list.sync(scene)).toBe(false);
});

describe('chooseLevel', () => {
  const levels = [{ error: 0 }, { error: 0.01 }, { error: 0.04 }];

  it('returns the coarsest level whose error is invisible', () => {
    expect(chooseLevel(levels, 0, { unseen: 0.75 / 1000 })).toBe(0);
    expect(chooseLevel(levels, 0, { unseen: 0.75 / 70 })).toBe(1);
    expect(chooseLevel(levels, 0, { unseen: 0.75 / 10 })).toBe(2);
  });

  it('does not flicker at a border: it keeps a level until its error is a quarter too large', () => {
    expect(chooseLevel(levels, 0, { unseen: 0.75 / 80 })).toBe(0);
    expect(chooseLevel(levels, 1, { unseen: 0.75 / 80 })).toBe(1);
    expect(chooseLevel(levels, 1, { unseen: 0.75 / 95 })).toBe(0);
  });

  it('returns coarser levels for a greater tolerance', () => {
    expect(chooseLevel(levels, 0, { unseen: 4 / 70 })).toBe(2);
  });
});

it('bounds of a skin contain the whole limb in 500 poses of its joints', () => {
  const random = seededRandom(3);
  // A limb of four joints, 0.25 m apart, with a vertex every 2 cm, each on one joint.
  const count = 50;
  const positions = new Float32Array(count * 3);
  const joints = new Uint8Array(count * 4);
  const weights = new Uint8Array(count * 4);
  for (let v = 0; v < count; v++) {
    positions[v * 3 + 1] = v * 0.02;
    joints[v * 4] = Math.min(3, Math.floor((v * 0.02) / 0.25));
    weights[v * 4] = 255;
  }
  const bounds = skinBoundsOf({
    POSITION: { array: positions, itemSize: 3, normalized: false },
    JOINTS_0: { array: joints, itemSize: 4, normalized: false },
    WEIGHTS_0: { array: weights, itemSize: 4, normalized: true },
  })!;
  const place = (m: Matrix4, x: number, y: number, z: number) => {
    const e = m.elements;
    return [
      e[0] * x + e[4] * y + e[8] * z + e[12],
      e[1] * x + e[5] * y + e[9] * z + e[13],
      e[2] * x + e[6] * y + e[10] * z + e[14],
    ];
  };
  for (let pose = 0; pose < 500; pose++) {
    const matrices: Matrix4[] = [];
    for (let j = 0; j < 4; j++) {
      const turn = new Matrix4().makeRotationX((random() - 0.5) * 4).multiply(new Matrix4().makeRotationZ((random() - 0.5) * 4));
      const local = new Matrix4()
        .makeTranslation(0, j * 0.25, 0)
        .multiply(turn)
        .multiply(new Matrix4().makeTranslation(0, -j * 0.25, 0));
      matrices.push(
        j === 0 ? new Matrix4().makeTranslation(random(), random(), 0).multiply(local) : matrices[j - 1].clone().multiply(local),
      );
    }
    const [cx, cy, cz] = place(matrices[bounds.joint], bounds.x, bounds.y, bounds.z);
    for (let v = 0; v < count; v++) {
      const [x, y, z] = place(matrices[joints[v * 4]], 0, positions[v * 3 + 1], 0);
      expect(Math.hypot(x - cx, y - cy, z - cz)).toBeLessThan(bounds.radius);
    }
  }
});
