import * as pc from 'playcanvas';
import type * as THREE from 'three';
import { cameraOf, FLOOR_COLOR, floorGeometry, furnishings, mapOf, placesOf } from '../crowd.ts';
import { pixelsOf, type Rig, rigOf } from '../rig.ts';
import type { Contestant, CrowdOptions } from './contestant.ts';

const PATHS = { position: 'localPosition', quaternion: 'localRotation', scale: 'localScale' } as const;

/** PlayCanvas as an expert uses it: one skinned mesh an avatar, unlit, no gamma or tone curve a pixel, bones that are bare nodes. */
export async function tunedPlayCanvas({ figure, avatars, arena, canvas }: CrowdOptions): Promise<Contestant> {
  const app = new pc.Application(canvas, {
    graphicsDeviceOptions: { antialias: false, alpha: true, preferWebGl2: true, powerPreference: 'default' },
  });
  const device = app.graphicsDevice as pc.WebglGraphicsDevice;
  app.setCanvasFillMode(pc.FILLMODE_NONE);
  app.setCanvasResolution(pc.RESOLUTION_FIXED, canvas.width, canvas.height);
  app.scene.ambientLight = new pc.Color(1, 1, 1);
  const eye = new pc.Entity('camera');
  eye.addComponent('camera', {
    fov: 50,
    nearClip: 0.1,
    farClip: 60,
    clearColor: new pc.Color(0, 0, 0),
    toneMapping: pc.TONEMAP_NONE,
    gammaCorrection: pc.GAMMA_NONE,
  });
  app.root.addChild(eye);
  const look = (camera: THREE.PerspectiveCamera) => {
    eye.setPosition(...camera.position.toArray());
    eye.setRotation(...(camera.quaternion.toArray() as [number, number, number, number]));
  };
  look(cameraOf(canvas.width, canvas.height));

  const unlit = (set: (material: pc.StandardMaterial) => void) => {
    const material = new pc.StandardMaterial();
    material.useLighting = material.useFog = material.useSkybox = material.useTonemap = false;
    material.diffuse = new pc.Color(0, 0, 0);
    set(material);
    material.update();
    return material;
  };
  const stand = (geometry: THREE.BufferGeometry, material: pc.Material, matrix?: THREE.Matrix4) => {
    let mesh = meshes.get(geometry);
    if (!mesh) meshes.set(geometry, (mesh = rigidMesh(device, geometry)));
    const entity = new pc.Entity();
    entity.addComponent('render', { meshInstances: [new pc.MeshInstance(mesh, material)], castShadows: false });
    if (matrix) place(entity, matrix);
    app.root.addChild(entity);
  };
  const meshes = new Map<THREE.BufferGeometry, pc.Mesh>();
  const materials = new Map<string, pc.Material>();
  const paint = (color: THREE.Color) => {
    const name = color.getHexString();
    let material = materials.get(name);
    if (!material)
      materials.set(name, (material = unlit(m => (m.emissive = new pc.Color(...color.clone().convertLinearToSRGB().toArray())))));
    return material;
  };
  for (const { geometry, color, matrix } of furnishings()) stand(geometry, paint(color), matrix);
  stand(floorGeometry(), paint(FLOOR_COLOR));

  const rig = rigOf(figure);
  const mesh = skinnedMesh(device, rig);
  const skin = new pc.Skin(
    device,
    rig.bones.map(b => new pc.Mat4().set([...b.inverseBind.elements])),
    rig.bones.map(b => b.name),
  );
  const texture = textureOf(device, mapOf(figure));
  const material = unlit(m => {
    m.emissive = new pc.Color(1, 1, 1);
    m.emissiveMap = texture;
  });
  const track = trackOf(rig);
  const evaluators = placesOf(avatars, arena).map(({ x, y, z, turn, phase }) => {
    const entity = new pc.Entity();
    const bones = bonesOf(rig);
    for (const [i, bone] of bones.entries()) (rig.bones[i].parent < 0 ? entity : bones[rig.bones[i].parent]).addChild(bone);
    const instance = new pc.MeshInstance(mesh, material, entity);
    const skinInstance = new pc.SkinInstance(skin);
    skinInstance.bones = bones;
    instance.skinInstance = skinInstance;
    instance.cull = false;
    entity.addComponent('render', { meshInstances: [instance], castShadows: false });
    entity.setPosition(x, y, z);
    entity.setEulerAngles(0, (turn * 180) / Math.PI, 0);
    app.root.addChild(entity);
    const evaluator = new pc.AnimEvaluator(new pc.DefaultAnimBinder(entity));
    evaluator.addClip(new pc.AnimClip(track, phase % rig.duration, 1, true, true));
    return evaluator;
  });
  let last = 0;
  return {
    canvas,
    gl: device.gl,
    frame(seconds) {
      for (const evaluator of evaluators) evaluator.update(seconds - last);
      last = seconds;
      app.render();
    },
    resize(width, height) {
      app.setCanvasResolution(pc.RESOLUTION_FIXED, width, height);
    },
    lookAway(away) {
      const camera = cameraOf(canvas.width, canvas.height);
      if (away) camera.rotation.set(0, Math.PI, 0);
      look(camera);
    },
    dispose: () => app.destroy(),
  };
}

function place(entity: pc.Entity, matrix: THREE.Matrix4): void {
  const m = new pc.Mat4().set([...matrix.elements]);
  entity.setPosition(m.getTranslation());
  entity.setRotation(new pc.Quat().setFromMat4(m));
}

function rigidMesh(device: pc.GraphicsDevice, geometry: THREE.BufferGeometry): pc.Mesh {
  const mesh = new pc.Mesh(device);
  mesh.setPositions(geometry.attributes.position.array as Float32Array);
  mesh.setIndices(Uint16Array.from(geometry.index?.array ?? []));
  mesh.update();
  return mesh;
}

function skinnedMesh(device: pc.GraphicsDevice, rig: Rig): pc.Mesh {
  const mesh = new pc.Mesh(device);
  mesh.setPositions(rig.positions);
  mesh.setUvs(0, rig.uvs);
  mesh.setVertexStream(pc.SEMANTIC_BLENDINDICES, Uint8Array.from(rig.joints), 4, undefined, pc.TYPE_UINT8, false);
  mesh.setVertexStream(pc.SEMANTIC_BLENDWEIGHT, rig.weights, 4);
  mesh.setIndices(rig.index);
  mesh.update();
  return mesh;
}

function bonesOf({ bones }: Rig): pc.GraphNode[] {
  return bones.map(({ name, position, quaternion, scale }) => {
    const node = new pc.GraphNode(name);
    node.setLocalPosition(...position.toArray());
    node.setLocalRotation(...(quaternion.toArray() as [number, number, number, number]));
    node.setLocalScale(...scale.toArray());
    return node;
  });
}

function trackOf({ tracks, bones, duration }: Rig): pc.AnimTrack {
  const inputs: pc.AnimData[] = [];
  const outputs: pc.AnimData[] = [];
  const curves = tracks.map(({ bone, path, times, values }) => {
    const target = { entityPath: pathOf(bones, bone), component: 'graph', propertyPath: [PATHS[path]] };
    inputs.push(new pc.AnimData(1, times));
    outputs.push(new pc.AnimData(path === 'quaternion' ? 4 : 3, values));
    return new pc.AnimCurve(
      [target as unknown as pc.AnimCurve['paths'][number]],
      inputs.length - 1,
      outputs.length - 1,
      pc.INTERPOLATION_LINEAR,
    );
  });
  return new pc.AnimTrack('run', duration, inputs, outputs, curves);
}

/** Names from a root down to the bone: a bare name would be taken for the avatar itself. */
function pathOf(bones: Rig['bones'], bone: number): string[] {
  const { name, parent } = bones[bone];
  return parent < 0 ? [name] : [...pathOf(bones, parent), name];
}

function textureOf(device: pc.GraphicsDevice, map: THREE.Texture): pc.Texture {
  const { data, width, height } = pixelsOf(map);
  const texture = new pc.Texture(device, { width, height, format: pc.PIXELFORMAT_RGBA8, mipmaps: true, levels: [data] });
  texture.minFilter = pc.FILTER_LINEAR_MIPMAP_LINEAR;
  texture.magFilter = pc.FILTER_LINEAR;
  return texture;
}
