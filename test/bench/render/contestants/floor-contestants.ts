/** What a frame costs at least: the same triangles with the cheapest shader, and the same pixels with one pass. */
import * as THREE from 'three';
import type { MeshPart, SkinBounds, UnpreparedPart } from '../../../../src/assets/meshes/mesh-asset.ts';
import { preparePart } from '../../../../src/assets/meshes/prepare-part.ts';
import { createPartMesh, type PartData, setMap } from '../../../../src/render/geometry/part-mesh.ts';
import { LeanRenderer } from '../../../../src/render/lean-renderer.ts';
import { CrowdCamera, FLOOR_COLOR, floorGeometry, furnishings, mapOf, mergedGeometry, placesOf } from '../crowd.ts';
import type { Contestant, CrowdOptions } from './contestant.ts';
import { leanView } from './lean-view.ts';
import { pictureOf } from './our-contestant.ts';
import { unpreparedPartOf } from './our-parts.ts';

/** A part without light and skin. */
function bare(part: UnpreparedPart): MeshPart {
  const levels = part.levels.map(level => {
    const { POSITION, TEXCOORD_0 } = level.attributes;
    return { ...level, attributes: { POSITION, ...(TEXCOORD_0 && { TEXCOORD_0 }) } };
  });
  return preparePart({ ...part, skin: undefined, levels });
}

/**
 * The vertex floor: the crowd of `foyer` in the pose of its file, unskinned, with one texture, without light, one draw call each. Its
 * triangles are within a few percent of foyer's.
 */
export async function vertexFloor({ figure, avatars, arena, canvas }: CrowdOptions): Promise<Contestant> {
  const renderer = new LeanRenderer({ canvas, antialias: false });
  const scene = new THREE.Scene();
  const { texture, job } = renderer.createTexture(await pictureOf(mapOf(figure)));
  while (!job.done) job.step(1 << 20);
  const stand = (owner: THREE.Mesh, place: THREE.Matrix4, bounds?: SkinBounds) => {
    const mesh = new THREE.Mesh(owner.geometry, owner.material);
    const data: PartData = { ...(owner.userData.foyer as PartData), bounds };
    mesh.userData.foyer = data;
    mesh.matrix.multiplyMatrices(place, owner.matrix);
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldNeedsUpdate = true;
    scene.add(mesh);
  };
  const knight = createPartMesh(
    bare(await unpreparedPartOf(mergedGeometry(figure).geometry, new THREE.Color(1, 1, 1), 'imported')),
  );
  setMap(knight, texture);
  // Figures are measured from half their radius: that of a skin's bounds.
  const asFigure: SkinBounds = { joint: 0, x: 0, y: 0, z: 0, radius: 0 };
  for (const { x, y, z, turn } of placesOf(avatars, arena))
    stand(knight, new THREE.Matrix4().makeRotationY(turn).setPosition(x, y, z), asFigure);
  const owners = new Map<THREE.BufferGeometry, THREE.Mesh>();
  const all = [...furnishings(), { geometry: floorGeometry(), color: FLOOR_COLOR, matrix: new THREE.Matrix4() }];
  for (const { geometry, color, matrix } of all) {
    let owner = owners.get(geometry);
    if (!owner) owners.set(geometry, (owner = createPartMesh(bare(await unpreparedPartOf(geometry, color, 'imported')))));
    stand(owner, matrix);
  }
  const camera = new CrowdCamera(canvas);
  await renderer.warmUp(scene);
  return {
    canvas,
    gl: renderer.gl,
    frame: () => renderer.render(scene, camera.now),
    ...leanView(renderer, camera),
    dispose: () => renderer.dispose(),
  };
}

/** The fill floor: one textured pass over the whole picture. */
export async function fillFloor({ figure, canvas }: CrowdOptions): Promise<Contestant> {
  const renderer = new LeanRenderer({ canvas, antialias: false });
  const { texture, job } = renderer.createTexture(await pictureOf(mapOf(figure)));
  while (!job.done) job.step(1 << 20);
  const scene = new THREE.Scene();
  const quad = createPartMesh(bare(await unpreparedPartOf(new THREE.PlaneGeometry(2, 2), new THREE.Color(1, 1, 1), 'imported')));
  const uvs = new THREE.BufferAttribute(Float32Array.of(0, 1, 1, 1, 0, 0, 1, 0), 2);
  quad.geometry.setAttribute('uv', uvs);
  setMap(quad, texture);
  scene.add(quad);
  const camera = new THREE.OrthographicCamera(-1, 1, 1, -1, -1, 1);
  await renderer.warmUp(scene);
  return {
    canvas,
    gl: renderer.gl,
    frame: () => renderer.render(scene, camera),
    resize: (width, height) => renderer.setSize(width, height),
    lookAway() {},
    dispose: () => renderer.dispose(),
  };
}
