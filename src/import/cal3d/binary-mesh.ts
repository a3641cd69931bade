import type { ByteCursor } from '../byte-cursor.ts';
import { openBinary, warnOfRest } from './binary.ts';
import { type Cal3dMesh, type Cal3dMorph, type Cal3dSubmesh, isFork, type Warn } from './cal3d-file.ts';

/** CMF. The fork and versions from 1300 on have morph targets; only the fork has vertex colours. */
export function readBinaryMesh(bytes: Uint8Array, url: string, warn: Warn): Cal3dMesh {
  const { cursor, version } = openBinary(bytes, url, 'CMF');
  const n = cursor.count('submeshes', 24);
  const submeshes: Cal3dSubmesh[] = [];
  for (let i = 0; i < n; i++) submeshes.push(readSubmesh(cursor, version, i));
  warnOfRest(cursor, warn);
  return { url, submeshes };
}

function readSubmesh(cursor: ByteCursor, version: number, i: number): Cal3dSubmesh {
  const material = cursor.i32(`submesh ${i}'s material`);
  const vertexCount = cursor.count(`vertices of submesh ${i}`, isFork(version) ? 48 : 36);
  const faceCount = cursor.count(`faces of submesh ${i}`, 12);
  const lodSteps = cursor.i32('the number of level-of-detail steps');
  const springs = cursor.count(`springs of submesh ${i}`, 16);
  const uvSets = cursor.count(`texture coordinates of submesh ${i}`, vertexCount * 8);
  if (uvSets > 16) cursor.fail('a submesh has more than 16 sets of texture coordinates', 4, uvSets);
  const morphCount = isFork(version) || version >= 1300 ? cursor.count(`morph targets of submesh ${i}`, 8) : 0;

  const positions = new Float32Array(3 * vertexCount);
  const normals = new Float32Array(3 * vertexCount);
  const colors = isFork(version) ? new Float32Array(3 * vertexCount) : undefined;
  const uvs = Array.from({ length: uvSets }, () => new Float32Array(2 * vertexCount));
  const influenceStart = new Uint32Array(vertexCount + 1);
  const influenceBones: number[] = [];
  const influenceWeights: number[] = [];
  for (let v = 0; v < vertexCount; v++) {
    for (let k = 0; k < 3; k++) positions[3 * v + k] = cursor.coordinate(`the position of vertex ${v}`);
    for (let k = 0; k < 3; k++) normals[3 * v + k] = cursor.coordinate(`the normal of vertex ${v}`);
    if (colors) for (let k = 0; k < 3; k++) colors[3 * v + k] = cursor.coordinate(`the colour of vertex ${v}`);
    cursor.i32('where a vertex collapses to');
    cursor.i32('how many faces collapse');
    for (const uv of uvs) for (let k = 0; k < 2; k++) uv[2 * v + k] = cursor.coordinate(`the texture coordinates of vertex ${v}`);
    for (let k = cursor.count(`influences of vertex ${v}`, 8); k > 0; k--) {
      influenceBones.push(cursor.i32(`a bone of vertex ${v}`));
      influenceWeights.push(cursor.coordinate(`a weight of vertex ${v}`));
    }
    influenceStart[v + 1] = influenceBones.length;
    if (springs > 0) cursor.f32("a vertex's weight in the cloth");
  }
  for (let k = 0; k < springs; k++) {
    for (let end = 0; end < 2; end++) readVertexId(cursor, vertexCount, 'a spring');
    cursor.f32("a spring's coefficient");
    cursor.f32("a spring's length");
  }
  const morphs: Cal3dMorph[] = [];
  for (let k = 0; k < morphCount; k++) morphs.push(readMorph(cursor, vertexCount, uvSets));
  const index = new Uint32Array(3 * faceCount);
  for (let k = 0; k < index.length; k++) index[k] = readVertexId(cursor, vertexCount, `face ${Math.floor(k / 3)}`);
  return {
    material,
    positions,
    normals,
    colors,
    uvs,
    influenceStart,
    influenceBones,
    influenceWeights,
    index,
    lodSteps,
    springs,
    morphs,
  };
}

function readVertexId(cursor: ByteCursor, vertexCount: number, what: string): number {
  const id = cursor.i32(`a vertex of ${what}`);
  if (id < 0 || id >= vertexCount) cursor.fail(`a vertex of ${what} is none of the ${vertexCount}`, 4, id);
  return id;
}

/** Name, then vertices in ascending order, closed by an id of the number of vertices or more. */
function readMorph(cursor: ByteCursor, vertexCount: number, uvSets: number): Cal3dMorph {
  const morph = {
    name: cursor.string('the name of a morph target'),
    vertices: [] as number[],
    positions: [] as number[],
    normals: [] as number[],
  };
  let id = cursor.i32('a vertex of a morph target');
  let last = -1;
  while (id < vertexCount) {
    if (id <= last) cursor.fail('the vertices of a morph target must ascend', 4, id);
    morph.vertices.push(id);
    morph.positions.push(...cursor.coordinates(3, 'the position of a morphed vertex'));
    morph.normals.push(...cursor.coordinates(3, 'the normal of a morphed vertex'));
    cursor.coordinates(2 * uvSets, 'the texture coordinates of a morphed vertex');
    last = id;
    id = cursor.i32('a vertex of a morph target');
  }
  return morph;
}
