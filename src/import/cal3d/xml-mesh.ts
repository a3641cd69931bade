import type { Cal3dMesh, Cal3dMorph, Cal3dSubmesh } from './cal3d-file.ts';
import { openXml, type XmlElement } from './xml-element.ts';

/** XMF. */
export function readXmlMesh(bytes: Uint8Array, url: string): Cal3dMesh {
  const { root } = openXml(bytes, url, 'MESH');
  return { url, submeshes: root.counted('SUBMESH', 'NUMSUBMESH').map(readSubmesh) };
}

function readSubmesh(element: XmlElement): Cal3dSubmesh {
  const vertices = element.counted('VERTEX', 'NUMVERTICES');
  const faces = element.counted('FACE', 'NUMFACES');
  const springs = element.counted('SPRING', 'NUMSPRINGS').length;
  const uvSets = element.has('NUMTEXCOORDS') ? element.integer('NUMTEXCOORDS') : (vertices[0]?.children('TEXCOORD').length ?? 0);
  if (uvSets < 0 || uvSets > 16) element.fail('0 to 16 sets of texture coordinates are expected', 'NUMTEXCOORDS', uvSets);
  const colored = vertices.some(v => v.has('COLOR'));

  const positions = new Float32Array(3 * vertices.length);
  const normals = new Float32Array(3 * vertices.length);
  const colors = colored ? new Float32Array(3 * vertices.length).fill(1) : undefined;
  const uvs = Array.from({ length: uvSets }, () => new Float32Array(2 * vertices.length));
  const influenceStart = new Uint32Array(vertices.length + 1);
  const influenceBones: number[] = [];
  const influenceWeights: number[] = [];
  vertices.forEach((vertex, v) => {
    positions.set(vertex.child('POS').numbers(3), 3 * v);
    normals.set(vertex.child('NORM').numbers(3), 3 * v);
    if (colors && vertex.has('COLOR')) colors.set(vertex.child('COLOR').numbers(3), 3 * v);
    const texcoords = vertex.children('TEXCOORD');
    if (texcoords.length !== uvSets) vertex.fail(`${uvSets} <TEXCOORD> are expected`, 'TEXCOORD', texcoords.length);
    texcoords.forEach((texcoord, set) => {
      uvs[set].set(texcoord.numbers(2), 2 * v);
    });
    for (const influence of vertex.counted('INFLUENCE', 'NUMINFLUENCES')) {
      influenceBones.push(influence.integer('ID'));
      influenceWeights.push(influence.number());
    }
    influenceStart[v + 1] = influenceBones.length;
  });
  const index = new Uint32Array(3 * faces.length);
  faces.forEach((face, f) => {
    const ids = face.numbers(3, 'VERTEXID');
    for (const id of ids) checkVertex(face, id, vertices.length);
    index.set(ids, 3 * f);
  });
  return {
    material: element.integer('MATERIAL'),
    positions,
    normals,
    colors,
    uvs,
    influenceStart,
    influenceBones,
    influenceWeights,
    index,
    lodSteps: element.has('NUMLODSTEPS') ? element.integer('NUMLODSTEPS') : 0,
    springs,
    morphs: element.counted('MORPH', 'NUMMORPHS').map(morph => readMorph(morph, vertices.length)),
  };
}

function checkVertex(element: XmlElement, id: number, vertexCount: number): void {
  if (!Number.isInteger(id) || id < 0 || id >= vertexCount) {
    element.fail(`the vertex is none of the ${vertexCount}`, 'VERTEXID', id);
  }
}

function readMorph(element: XmlElement, vertexCount: number): Cal3dMorph {
  const morph = { name: element.text('NAME'), vertices: [] as number[], positions: [] as number[], normals: [] as number[] };
  for (const blend of element.children('BLENDVERTEX')) {
    const id = blend.integer('VERTEXID');
    checkVertex(blend, id, vertexCount);
    if (id <= (morph.vertices.at(-1) ?? -1)) blend.fail('the vertices of a morph target must ascend', 'VERTEXID', id);
    morph.vertices.push(id);
    morph.positions.push(...blend.child('POSITION').numbers(3));
    morph.normals.push(...blend.child('NORMAL').numbers(3));
  }
  return morph;
}
