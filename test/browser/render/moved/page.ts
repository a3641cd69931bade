// Runs in the browser: a face that morphs and a figure of two skins, by us and by stock three.js, as `window.foyer`.
import * as THREE from 'three';
import type { AnimationTrack } from '../../../../src/assets/motion/animation-asset.ts';
import { Avatar } from '../../../../src/avatar/avatar.ts';
import { compileClip } from '../../../../src/avatar/clips/clip.ts';
import { bindSkin } from '../../../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../../../src/avatar/skeleton/skeleton.ts';
import { MorphedMesh } from '../../../../src/render/geometry/morphed-mesh.ts';
import { createPartMesh, setMap } from '../../../../src/render/geometry/part-mesh.ts';
import { LeanRenderer } from '../../../../src/render/lean-renderer.ts';
import { checker, limb, partOf } from '../page.ts';

export const SIDE = 256;
/** Of ours and of three's, RGBA as base64. */
export type Pair = readonly [ours: string, theirs: string];

const canvas = () => Object.assign(document.body.appendChild(document.createElement('canvas')), { width: SIDE, height: SIDE });
const lean = new LeanRenderer({ canvas: canvas(), preserveDrawingBuffer: true });
const stock = new THREE.WebGLRenderer({ canvas: canvas(), antialias: true, preserveDrawingBuffer: true });
// Both show what the texture says, as it stands there.
stock.outputColorSpace = THREE.LinearSRGBColorSpace;

function camera(): THREE.PerspectiveCamera {
  const made = new THREE.PerspectiveCamera(40, 1, 0.1, 20);
  made.position.set(0.8, 1.4, 3.4);
  made.lookAt(0, 0.6, 0);
  made.updateMatrixWorld();
  return made;
}

const plain = () => Object.assign(new THREE.Scene(), { background: new THREE.Color(0, 0, 0) });

function ourTexture(): THREE.Texture {
  const { texture, job } = lean.createTexture(checker());
  while (!job.done) job.step(Number.POSITIVE_INFINITY);
  return texture;
}

function theirMaterial(): THREE.MeshBasicMaterial {
  const { data } = checker().image;
  const map = new THREE.DataTexture(data, 64, 64);
  map.wrapS = map.wrapT = THREE.RepeatWrapping;
  map.magFilter = THREE.LinearFilter;
  map.minFilter = THREE.LinearMipmapNearestFilter;
  map.generateMipmaps = true;
  map.needsUpdate = true;
  return new THREE.MeshBasicMaterial({ map });
}

function pair(ours: THREE.Scene, theirs: THREE.Scene): Pair {
  const from = camera();
  lean.render(ours, from);
  const first = read(lean.gl);
  stock.render(theirs, from);
  return [first, read(stock.getContext())];
}

function read(gl: WebGLRenderingContext | WebGL2RenderingContext): string {
  const data = new Uint8Array(SIDE * SIDE * 4);
  gl.readPixels(0, 0, SIDE, SIDE, gl.RGBA, gl.UNSIGNED_BYTE, data);
  let text = '';
  for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
  return btoa(text);
}

/** A ball with a nose, a chin, two ears and a hat, each by a weight. */
export function morphed(weights: readonly number[]): Pair {
  const geometry = new THREE.SphereGeometry(0.7, 48, 32).translate(0, 0.7, 0);
  const { array, count } = geometry.getAttribute('position');
  const towards = [
    new THREE.Vector3(0, 0.6, 0.7),
    new THREE.Vector3(0, 0.1, 0.4),
    new THREE.Vector3(0.7, 0.9, 0),
    new THREE.Vector3(0, 1.4, 0),
  ];
  const targets = towards.map((point, i) => {
    const position = new Float32Array(count * 3);
    for (let v = 0; v < count; v++) {
      const near = Math.max(
        0,
        1 - Math.hypot(array[v * 3] - point.x, array[v * 3 + 1] - point.y, array[v * 3 + 2] - point.z) / 0.6,
      );
      for (let k = 0; k < 3; k++) position[v * 3 + k] = near * 0.6 * (point.getComponent(k) - (k === 1 ? 0.7 : 0));
    }
    return { name: `target ${i}`, position, normal: undefined };
  });
  const scene = plain();
  const mesh = createPartMesh({ ...partOf(geometry, { unlit: true }), morphTargets: targets });
  setMap(mesh, ourTexture());
  new MorphedMesh(mesh, targets).show({ targets: targets.map((_, i) => i), weights });
  scene.add(mesh);

  const theirs = plain();
  const copy = geometry.clone();
  copy.morphAttributes.position = targets.map(t => new THREE.BufferAttribute(t.position, 3));
  copy.morphTargetsRelative = true;
  const other = new THREE.Mesh(copy, theirMaterial());
  other.morphTargetInfluences = [...weights];
  theirs.add(other);
  return pair(scene, theirs);
}

const names = ['root', 'left', 'right', 'left end', 'right end'];
const parents = [-1, 0, 0, 1, 2];
const places = [
  [0, 0, 0],
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, 0.8, 0],
  [0, 0.8, 0],
];
/** Each skin has joints of its own, in an order of its own, and one that both have. */
const skins = [
  { x: -0.5, joints: ['left', 'left end', 'root'] },
  { x: 0.5, joints: ['right', 'right end', 'root'] },
];

/** Two limbs of two skins on one skeleton, each of which bends its own way. */
export function twoSkins(seconds: number): Pair {
  const times = Float32Array.of(0, 1);
  const turn = (axis: THREE.Vector3, angle: number) => new THREE.Quaternion().setFromAxisAngle(axis, angle).toArray() as number[];
  const still = turn(new THREE.Vector3(1, 0, 0), 0);
  const turns = [
    { target: 'left end', values: [...still, ...turn(new THREE.Vector3(0, 0, 1), 0.9)] },
    { target: 'right end', values: [...still, ...turn(new THREE.Vector3(1, 0, 0), 1.1)] },
    { target: 'root', values: [...still, ...turn(new THREE.Vector3(0, 1, 0), 0.6)] },
  ];
  return pair(ourLimbs(turns, times, seconds), theirLimbs(turns, times, seconds));
}

type Turns = readonly { readonly target: string; readonly values: readonly number[] }[];

function geometryAt(x: number): THREE.BufferGeometry {
  return limb().translate(x, 0, 0);
}

/** Where a joint stands at rest, turned round: nothing is turned at rest. */
function inverseBind(joint: string): THREE.Matrix4 {
  const at = new THREE.Vector3();
  for (let j = names.indexOf(joint); j >= 0; j = parents[j]) at.add(new THREE.Vector3().fromArray(places[j]));
  return new THREE.Matrix4().makeTranslation(at.negate());
}

function ourLimbs(turns: Turns, times: Float32Array, seconds: number): THREE.Scene {
  const skeleton = new Skeleton({
    names,
    parents: Int16Array.from(parents),
    translations: Float32Array.from(places.flat()),
    rotations: Float32Array.from(names.flatMap(() => [0, 0, 0, 1])),
    scales: new Float32Array(names.length * 3).fill(1),
    humanoid: {},
  });
  const tracks = turns.map(
    ({ target, values }): AnimationTrack => ({
      target,
      path: 'rotation',
      interpolation: 'linear',
      times,
      values: Float32Array.from(values),
    }),
  );
  const avatar = new Avatar(skeleton);
  avatar.animator.add(compileClip({ name: 'bend', duration: 1, loop: false, speed: 0, tracks }, skeleton));
  const scene = plain();
  for (const { x, joints } of skins) {
    const skin = { joints, inverseBind: Float32Array.from(joints.flatMap(j => inverseBind(j).elements)) };
    const part = { ...partOf(geometryAt(x), { unlit: true }, true), skin };
    const mesh = createPartMesh(part, { palette: avatar.addSkin(bindSkin(skin, skeleton, 'limb'), part.bounds) });
    setMap(mesh, ourTexture());
    scene.add(mesh);
  }
  avatar.animator.play('bend', { fade: 0, phase: seconds });
  avatar.evaluate();
  return scene;
}

function theirLimbs(turns: Turns, times: Float32Array, seconds: number): THREE.Scene {
  const bones = names.map((name, i) =>
    Object.assign(new THREE.Bone(), { name: name.replace(' ', '_') })
      .translateX(places[i][0])
      .translateY(places[i][1]),
  );
  parents.forEach((parent, i) => {
    if (parent >= 0) bones[parent].add(bones[i]);
  });
  const scene = plain();
  scene.add(bones[0]);
  for (const { x, joints } of skins) {
    const geometry = geometryAt(x);
    const { array } = geometry.getAttribute('joints');
    geometry.setAttribute('skinIndex', new THREE.Uint16BufferAttribute(Uint16Array.from(array), 4));
    geometry.setAttribute('skinWeight', geometry.getAttribute('weights'));
    const mesh = new THREE.SkinnedMesh(geometry, theirMaterial());
    mesh.bind(
      new THREE.Skeleton(
        joints.map(j => bones[names.indexOf(j)]),
        joints.map(inverseBind),
      ),
      new THREE.Matrix4(),
    );
    mesh.frustumCulled = false;
    scene.add(mesh);
  }
  const tracks = turns.map(({ target, values }) => {
    return new THREE.QuaternionKeyframeTrack(`${target.replace(' ', '_')}.quaternion`, [...times], [...values]);
  });
  const mixer = new THREE.AnimationMixer(scene);
  const action = mixer.clipAction(new THREE.AnimationClip('bend', 1, tracks));
  action.setLoop(THREE.LoopOnce, 1).clampWhenFinished = true;
  action.play();
  mixer.setTime(seconds);
  return scene;
}
