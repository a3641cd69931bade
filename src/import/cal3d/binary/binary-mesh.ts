import type { ByteCursor } from '../../byte-cursor.ts';
import { type Cal3dMesh, type Cal3dSubmesh, isFork, type Warn } from '../cal3d-file.ts';
import { type Refuse, SubmeshBuilder } from '../convert/submesh-builder.ts';
import { openBinary, warnOfRest } from './binary.ts';

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
  const vertices = cursor.count(`vertices of submesh ${i}`, isFork(version) ? 48 : 36);
  const faces = cursor.count(`faces of submesh ${i}`, 12);
  const lodSteps = cursor.i32('the number of level-of-detail steps');
  const springs = cursor.count(`springs of submesh ${i}`, 16);
  const uvSets = cursor.count(`texture coordinates of submesh ${i}`, vertices * 8);
  const refuse: Refuse = (reason, value) => cursor.fail(reason, 4, value);
  const builder = new SubmeshBuilder({ vertices, faces, uvSets, colored: isFork(version) }, refuse);
  const morphs = isFork(version) || version >= 1300 ? cursor.count(`morph targets of submesh ${i}`, 8) : 0;
  for (let v = 0; v < vertices; v++) readVertex(cursor, version, v, uvSets, springs > 0, builder);
  for (let k = 0; k < springs; k++) {
    for (let end = 0; end < 2; end++) cursor.i32('a vertex of a spring');
    cursor.f32("a spring's coefficient");
    cursor.f32("a spring's length");
  }
  for (let k = 0; k < morphs; k++) readMorph(cursor, vertices, uvSets, builder, refuse);
  for (let corner = 0; corner < 3 * faces; corner++)
    builder.corner(corner, cursor.i32(`a vertex of face ${Math.floor(corner / 3)}`), refuse);
  return builder.finish({ material, lodSteps, springs });
}

function readVertex(
  cursor: ByteCursor,
  version: number,
  v: number,
  uvSets: number,
  cloth: boolean,
  builder: SubmeshBuilder,
): void {
  const position = cursor.coordinates(3, `the position of vertex ${v}`);
  const normal = cursor.coordinates(3, `the normal of vertex ${v}`);
  builder.vertex(v, position, normal, isFork(version) ? cursor.coordinates(3, `the colour of vertex ${v}`) : undefined);
  cursor.i32('where a vertex collapses to');
  cursor.i32('how many faces collapse');
  for (let set = 0; set < uvSets; set++) builder.uv(v, set, cursor.coordinates(2, `the texture coordinates of vertex ${v}`));
  for (let k = cursor.count(`influences of vertex ${v}`, 8); k > 0; k--)
    builder.influence(v, cursor.i32(`a bone of vertex ${v}`), cursor.coordinate(`a weight of vertex ${v}`));
  if (cloth) cursor.f32("a vertex's weight in the cloth");
}

/** Name, then vertices in ascending order, closed by an id of the number of vertices or more. */
function readMorph(cursor: ByteCursor, vertices: number, uvSets: number, builder: SubmeshBuilder, refuse: Refuse): void {
  const add = builder.morph(cursor.string('the name of a morph target'));
  let vertex = cursor.i32('a vertex of a morph target');
  while (vertex < vertices) {
    const position = cursor.coordinates(3, 'the position of a morphed vertex');
    const normal = cursor.coordinates(3, 'the normal of a morphed vertex');
    cursor.coordinates(2 * uvSets, 'the texture coordinates of a morphed vertex');
    add({ vertex, position, normal }, refuse);
    vertex = cursor.i32('a vertex of a morph target');
  }
}
