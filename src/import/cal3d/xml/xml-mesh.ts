/** Reads XML meshes of Cal3D (XMF). */
import type { Cal3dMesh, Cal3dSubmesh } from '../cal3d-file.ts';
import { type Refuse, SubmeshBuilder } from '../convert/submesh-builder.ts';
import { openXml, type XmlElement } from './xml-element.ts';

/** Reads an XMF file. */
export function readXmlMesh(bytes: Uint8Array, url: string): Cal3dMesh {
  const { root } = openXml(bytes, url, 'MESH');
  return { url, submeshes: root.counted('SUBMESH', 'NUMSUBMESH').map(readSubmesh) };
}

/** Throws an error that names the element and its attribute. */
const refuseAt =
  (element: XmlElement, attribute: string): Refuse =>
  (reason, value) =>
    element.fail(reason, attribute, value);

function readSubmesh(element: XmlElement): Cal3dSubmesh {
  const vertices = element.counted('VERTEX', 'NUMVERTICES');
  const faces = element.counted('FACE', 'NUMFACES');
  const springs = element.counted('SPRING', 'NUMSPRINGS').flatMap(spring => spring.numbers(2, 'VERTEXID'));
  const uvSets = element.has('NUMTEXCOORDS') ? element.integer('NUMTEXCOORDS') : (vertices[0]?.children('TEXCOORD').length ?? 0);
  const colored = vertices.some(v => v.has('COLOR'));
  const builder = new SubmeshBuilder(
    { vertices: vertices.length, faces: faces.length, uvSets, colored },
    refuseAt(element, 'NUMTEXCOORDS'),
  );
  vertices.forEach((vertex, v) => {
    readVertex(vertex, v, uvSets, builder);
  });
  faces.forEach((face, f) => {
    face.numbers(3, 'VERTEXID').forEach((id, k) => {
      builder.corner(3 * f + k, id, refuseAt(face, 'VERTEXID'));
    });
  });
  for (const morph of element.counted('MORPH', 'NUMMORPHS')) {
    const add = builder.morph(morph.text('NAME'));
    for (const blend of morph.children('BLENDVERTEX')) {
      const position = blend.child('POSITION').numbers(3);
      const normal = blend.child('NORMAL').numbers(3);
      add({ vertex: blend.integer('VERTEXID'), position, normal }, refuseAt(blend, 'VERTEXID'));
    }
  }
  return builder.finish({
    material: element.integer('MATERIAL'),
    lodSteps: element.has('NUMLODSTEPS') ? element.integer('NUMLODSTEPS') : 0,
    springs,
    cloth: springs.length > 0 ? Float32Array.from(vertices, clothWeight) : undefined,
  });
}

const clothWeight = (vertex: XmlElement): number =>
  vertex.children('PHYSIQUE').length > 0 ? vertex.child('PHYSIQUE').number() : 0;

function readVertex(vertex: XmlElement, v: number, uvSets: number, builder: SubmeshBuilder): void {
  const color = vertex.has('COLOR') ? vertex.child('COLOR').numbers(3) : undefined;
  builder.vertex(v, vertex.child('POS').numbers(3), vertex.child('NORM').numbers(3), color);
  const texcoords = vertex.children('TEXCOORD');
  if (texcoords.length !== uvSets) vertex.fail(`${uvSets} <TEXCOORD> are expected`, 'TEXCOORD', texcoords.length);
  texcoords.forEach((texcoord, set) => {
    builder.uv(v, set, texcoord.numbers(2));
  });
  for (const influence of vertex.counted('INFLUENCE', 'NUMINFLUENCES'))
    builder.influence(v, influence.integer('ID'), influence.number());
}
