/** Reads binary meshes of Cal3D (CMF). */
import { FormatError } from '../../../core/errors.ts';
import type { ByteCursor } from '../../file/byte-cursor.ts';
import { type Cal3dMesh, type Cal3dSubmesh, isFork, type Warn } from '../cal3d-file.ts';
import { type MorphedVertex, type Refuse, SubmeshBuilder } from '../convert/submesh-builder.ts';
import { openBinary, warnOfRest } from './binary-files.ts';

/** Reads a CMF file. The fork and versions from 1300 on have morph targets; only the fork has vertex colours. */
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
  const vertices = cursor.count(`vertices of submesh ${i}`, isFork(version) ? 48 : 36);
  const faces = cursor.count(`faces of submesh ${i}`, 12);
  const lodSteps = cursor.i32('the number of level-of-detail steps');
  const springs = cursor.count(`springs of submesh ${i}`, 16);
  const uvSets = cursor.count(`texture coordinates of submesh ${i}`, vertices * 8);
  const refuse: Refuse = (reason, value) => cursor.fail(reason, 4, value);
  const builder = new SubmeshBuilder({ vertices, faces, uvSets, colored: isFork(version) }, refuse);
  const morphs = isFork(version) || version >= 1300 ? cursor.count(`morph targets of submesh ${i}`, 8) : 0;
  const cloth = springs > 0 ? new Float32Array(vertices) : undefined;
  for (let v = 0; v < vertices; v++) {
    readVertex(cursor, version, v, uvSets, builder);
    if (cloth) cloth[v] = cursor.f32("a vertex's weight in the cloth");
  }
  const ends: number[] = [];
  for (let k = 0; k < springs; k++) {
    for (let end = 0; end < 2; end++) ends.push(cursor.i32('a vertex of a spring'));
    cursor.f32("a spring's coefficient");
    cursor.f32("a spring's length");
  }
  readMorphsAndFaces(cursor, { vertices, faces, uvSets, morphs }, builder, refuse);
  return builder.finish({ material, lodSteps, springs: ends, cloth });
}

function readVertex(cursor: ByteCursor, version: number, v: number, uvSets: number, builder: SubmeshBuilder): void {
  const position = cursor.coordinates(3, `the position of vertex ${v}`);
  const normal = cursor.coordinates(3, `the normal of vertex ${v}`);
  builder.vertex(v, position, normal, isFork(version) ? cursor.coordinates(3, `the colour of vertex ${v}`) : undefined);
  cursor.i32('where a vertex collapses to');
  cursor.i32('how many faces collapse');
  for (let set = 0; set < uvSets; set++) builder.uv(v, set, cursor.coordinates(2, `the texture coordinates of vertex ${v}`));
  for (let k = cursor.count(`influences of vertex ${v}`, 8); k > 0; k--)
    builder.influence(v, cursor.i32(`a bone of vertex ${v}`), cursor.coordinate(`a weight of vertex ${v}`));
}

/** Sizes of the data behind the vertices. */
interface Rest {
  readonly vertices: number;
  readonly faces: number;
  readonly uvSets: number;
  readonly morphs: number;
}

type Morph = readonly [name: string, vertices: readonly MorphedVertex[]];

/**
 * Reads morph targets and faces. Morph targets have two layouts, and the version does not identify them: vertices closed by an
 * invalid index, or counted vertices. The right layout is the one whose faces are valid.
 */
function readMorphsAndFaces(cursor: ByteCursor, rest: Rest, builder: SubmeshBuilder, refuse: Refuse): void {
  const start = cursor.at;
  let read: { morphs: Morph[]; corners: number[] };
  try {
    read = readRest(cursor, rest, closedMorph, refuse);
  } catch (error) {
    if (!(error instanceof FormatError) || rest.morphs === 0) throw error;
    cursor.seek(start);
    try {
      read = readRest(cursor, rest, countedMorph, refuse);
    } catch {
      throw error;
    }
  }
  for (const [name, vertices] of read.morphs) {
    const add = builder.morph(name);
    for (const vertex of vertices) add(vertex, refuse);
  }
  read.corners.forEach((vertex, corner) => {
    builder.corner(corner, vertex, refuse);
  });
}

function readRest(
  cursor: ByteCursor,
  rest: Rest,
  morph: typeof closedMorph,
  refuse: Refuse,
): { morphs: Morph[]; corners: number[] } {
  const morphs: Morph[] = [];
  for (let k = 0; k < rest.morphs; k++) morphs.push(morph(cursor, rest));
  const corners: number[] = [];
  for (let corner = 0; corner < 3 * rest.faces; corner++) {
    const vertex = cursor.i32(`a vertex of face ${Math.floor(corner / 3)}`);
    if (vertex < 0 || vertex >= rest.vertices) refuse(`the vertex is none of the ${rest.vertices}`, vertex);
    corners.push(vertex);
  }
  return { morphs, corners };
}

/** Reads a morph: name, then vertices in ascending order, closed by an index of the number of vertices or more. */
function closedMorph(cursor: ByteCursor, { vertices, uvSets }: Rest): Morph {
  const name = cursor.string('the name of a morph target');
  const morphed: MorphedVertex[] = [];
  for (let id = cursor.i32('a vertex of a morph target'); id < vertices; id = cursor.i32('a vertex of a morph target'))
    morphed.push(morphedVertex(cursor, id, uvSets));
  return [name, morphed];
}

/** Reads a morph: name, perhaps without its zero, then the number of vertices, then the vertices. */
function countedMorph(cursor: ByteCursor, { uvSets }: Rest): Morph {
  const name = cursor.string('the name of a morph target', true);
  const count = cursor.count('vertices of a morph target', 28);
  const morphed: MorphedVertex[] = [];
  for (let k = 0; k < count; k++) morphed.push(morphedVertex(cursor, cursor.i32('a vertex of a morph target'), uvSets));
  return [name, morphed];
}

function morphedVertex(cursor: ByteCursor, vertex: number, uvSets: number): MorphedVertex {
  const position = cursor.coordinates(3, 'the position of a morphed vertex');
  const normal = cursor.coordinates(3, 'the normal of a morphed vertex');
  cursor.coordinates(2 * uvSets, 'the texture coordinates of a morphed vertex');
  return { vertex, position, normal };
}
