import '@babylonjs/core/Animations/animatable.js';
import '@babylonjs/core/Engines/Extensions/engine.dynamicTexture.js';
import '@babylonjs/core/Engines/Extensions/engine.rawTexture.js';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { Bone } from '@babylonjs/core/Bones/bone.js';
import { Skeleton } from '@babylonjs/core/Bones/skeleton.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Constants } from '@babylonjs/core/Engines/constants.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { Scene } from '@babylonjs/core/scene.js';
import type * as THREE from 'three';
import { cameraOf, FLOOR_COLOR, floorGeometry, furnishings, mapOf, placesOf } from '../crowd.ts';
import { pixelsOf, type Rig, rigOf } from '../rig.ts';
import type { Contestant, CrowdOptions } from './contestant.ts';

/** Frames of a second in Babylon's clips: the unit of their keys. */
const RATE = 30;

/** Babylon as an expert uses it: one skinned mesh an avatar, unlit frozen materials, frozen matrices, bones without nodes. */
export async function tunedBabylon({ figure, avatars, arena, canvas }: CrowdOptions): Promise<Contestant> {
  const engine = new Engine(canvas, false, { preserveDrawingBuffer: false, stencil: false, audioEngine: false }, false);
  const scene = new Scene(engine);
  scene.useRightHandedSystem = true;
  scene.clearColor = new Color4(0, 0, 0, 1);
  scene.skipPointerMovePicking = true;
  scene.animationsEnabled = false; // `frame` moves them, by the bench's time
  const camera = new FreeCamera('camera', Vector3.Zero(), scene);
  camera.fov = (50 * Math.PI) / 180;
  camera.minZ = 0.1;
  camera.maxZ = 60;
  const turn = new Quaternion();
  camera.rotationQuaternion = turn;
  const look = ({ position, quaternion }: THREE.PerspectiveCamera) => {
    camera.position.set(position.x, position.y, position.z);
    turn.set(quaternion.x, quaternion.y, quaternion.z, quaternion.w);
  };
  look(cameraOf(canvas.width, canvas.height));

  const unlit = (set: (material: StandardMaterial) => void) => {
    const material = new StandardMaterial('', scene);
    material.disableLighting = true;
    material.sideOrientation = Constants.MATERIAL_CounterClockWiseSideOrientation;
    set(material);
    material.freeze();
    return material;
  };
  const owners = new Map<THREE.BufferGeometry, Mesh>();
  const stand = (geometry: THREE.BufferGeometry, color: THREE.Color, matrix?: THREE.Matrix4) => {
    let owner = owners.get(geometry);
    const mesh = owner ? owner.clone('', null, true) : rigidMesh(geometry, scene);
    if (!owner) {
      owners.set(geometry, (owner = mesh));
      mesh.material = unlit(m => (m.emissiveColor = Color3.FromArray(color.clone().convertLinearToSRGB().toArray())));
    } else mesh.material = owner.material;
    settle(mesh, matrix ? Matrix.FromArray(matrix.elements) : Matrix.Identity());
  };
  const picture = figurePicture(figure, scene);
  for (const { geometry, color, matrix } of furnishings()) stand(geometry, color, matrix);
  stand(floorGeometry(), FLOOR_COLOR);

  const rig = rigOf(figure);
  const material = unlit(m => (m.emissiveTexture = picture));
  const owner = skinnedMesh(rig, scene);
  const clips = clipsOf(rig);
  for (const [i, { x, y, z, turn, phase }] of placesOf(avatars, arena).entries()) {
    const mesh = i === 0 ? owner : owner.clone('', null, true);
    mesh.material = material;
    mesh.skeleton = skeletonOf(rig, clips, scene);
    mesh.alwaysSelectAsActiveMesh = true;
    settle(mesh, Matrix.RotationY(turn).multiply(Matrix.Translation(x, y, z)));
    const frames = rig.duration * RATE;
    scene.beginAnimation(mesh.skeleton, 0, frames, true).goToFrame((phase * RATE) % frames);
  }
  await scene.whenReadyAsync();
  let last = 0;
  return {
    canvas,
    gl: engine._gl,
    frame(seconds) {
      scene.animationsEnabled = true;
      scene._animate((seconds - last) * 1000);
      scene.animationsEnabled = false;
      last = seconds;
      engine.beginFrame();
      scene.render();
      engine.endFrame();
    },
    resize: (width, height) => engine.setSize(width, height),
    lookAway(away) {
      const eye = cameraOf(canvas.width, canvas.height);
      if (away) eye.rotation.set(0, Math.PI, 0);
      look(eye);
    },
    dispose: () => engine.dispose(),
  };
}

function settle(mesh: Mesh, matrix: Matrix): void {
  mesh.rotationQuaternion = new Quaternion();
  matrix.decompose(mesh.scaling, mesh.rotationQuaternion, mesh.position);
  mesh.freezeWorldMatrix();
  mesh.isPickable = false;
}

function rigidMesh(geometry: THREE.BufferGeometry, scene: Scene): Mesh {
  const mesh = new Mesh('', scene);
  const data = new VertexData();
  data.positions = geometry.attributes.position.array as Float32Array;
  data.indices = Array.from(geometry.index?.array ?? []);
  data.applyToMesh(mesh);
  return mesh;
}

function skinnedMesh(rig: Rig, scene: Scene): Mesh {
  const mesh = new Mesh('', scene);
  const data = new VertexData();
  data.positions = rig.positions;
  data.uvs = rig.uvs;
  data.indices = rig.index;
  data.matricesIndices = Float32Array.from(rig.joints);
  data.matricesWeights = rig.weights;
  data.applyToMesh(mesh);
  return mesh;
}

function figurePicture(figure: CrowdOptions['figure'], scene: Scene): RawTexture {
  const { data, width, height } = pixelsOf(mapOf(figure));
  return RawTexture.CreateRGBATexture(data, width, height, scene, true, false, Constants.TEXTURE_TRILINEAR_SAMPLINGMODE);
}

const PROPERTIES = { position: 'position', quaternion: 'rotationQuaternion', scale: 'scaling' } as const;

/** The tracks of each bone; keys are shared by all skeletons. */
function clipsOf({ tracks, bones }: Rig): Animation[][] {
  const clips: Animation[][] = bones.map(() => []);
  for (const { bone, path, times, values } of tracks) {
    const turns = path === 'quaternion';
    const type = turns ? Animation.ANIMATIONTYPE_QUATERNION : Animation.ANIMATIONTYPE_VECTOR3;
    const animation = new Animation(path, PROPERTIES[path], RATE, type, Animation.ANIMATIONLOOPMODE_CYCLE);
    const size = turns ? 4 : 3;
    const keys = Array.from(times, (time, i) => {
      const v = values.subarray(i * size, i * size + size);
      return { frame: time * RATE, value: turns ? Quaternion.FromArray(v) : Vector3.FromArray(v) };
    });
    animation.setKeys(keys, true);
    clips[bone].push(animation);
  }
  return clips;
}

function skeletonOf(rig: Rig, clips: readonly Animation[][], scene: Scene): Skeleton {
  const skeleton = new Skeleton('', '', scene);
  const made: Bone[] = [];
  for (const i of rig.order) {
    const { name, parent, position, quaternion, scale, inverseBind } = rig.bones[i];
    const local = Matrix.Compose(
      Vector3.FromArray(scale.toArray()),
      Quaternion.FromArray(quaternion.toArray()),
      Vector3.FromArray(position.toArray()),
    );
    const bind = Matrix.Invert(Matrix.FromArray(inverseBind.elements));
    if (parent >= 0) bind.multiplyToRef(Matrix.FromArray(rig.bones[parent].inverseBind.elements), bind);
    made[i] = new Bone(name, skeleton, parent < 0 ? null : made[parent], local, null, bind, i);
    made[i].animations = [...clips[i]];
  }
  return skeleton;
}
