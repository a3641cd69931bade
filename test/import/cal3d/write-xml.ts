import type {
  Cal3dAnimation,
  Cal3dMaterial,
  Cal3dMesh,
  Cal3dMorphAnimation,
  Cal3dSkeleton,
} from '../../../src/import/cal3d/cal3d-file.ts';

/** Writes the XML files; up to 910 (and in the fork) with a header element, later with the version in the root. For tests only. */

const encode = (text: string) => new TextEncoder().encode(text);
const join = (values: Iterable<number>) => [...values].join(' ');

function file(magic: string, version: number, tag: string, attributes: string, body: string): Uint8Array {
  const header = `MAGIC="${magic}" VERSION="${version}"`;
  return encode(
    version < 1000
      ? `<HEADER ${header} />\n<${tag} ${attributes}>\n${body}</${tag}>\n`
      : `<?xml version="1.0"?>\n<${tag} ${header} ${attributes}>\n${body}</${tag}>\n`,
  );
}

export function writeXmlSkeleton({ bones }: Cal3dSkeleton, version: number): Uint8Array {
  const body = bones.map(
    (b, id) => `<BONE ID="${id}" NAME="${b.name}" NUMCHILD="0">
<TRANSLATION>${join(b.translation)}</TRANSLATION><ROTATION>${join(b.rotation)}</ROTATION>
<LOCALTRANSLATION>${join(b.boneSpaceTranslation)}</LOCALTRANSLATION><LOCALROTATION>${join(b.boneSpaceRotation)}</LOCALROTATION>
<PARENTID>${b.parent}</PARENTID></BONE>\n`,
  );
  return file('XSF', version, 'SKELETON', `NUMBONES="${bones.length}"`, body.join(''));
}

export function writeXmlMesh({ submeshes }: Cal3dMesh, version: number): Uint8Array {
  const body = submeshes.map(s => {
    const n = s.positions.length / 3;
    let text = `<SUBMESH NUMVERTICES="${n}" NUMFACES="${s.index.length / 3}" MATERIAL="${s.material}" NUMLODSTEPS="${s.lodSteps}" NUMSPRINGS="${s.springs.length / 2}" NUMTEXCOORDS="${s.uvs.length}" NUMMORPHS="${s.morphs.length}">\n`;
    for (let v = 0; v < n; v++) {
      text += `<VERTEX ID="${v}" NUMINFLUENCES="${s.influenceStart[v + 1] - s.influenceStart[v]}">`;
      text += `<POS>${join(s.positions.subarray(3 * v, 3 * v + 3))}</POS><NORM>${join(s.normals.subarray(3 * v, 3 * v + 3))}</NORM>`;
      if (s.colors) text += `<COLOR>${join(s.colors.subarray(3 * v, 3 * v + 3))}</COLOR>`;
      for (const uv of s.uvs) text += `<TEXCOORD>${join(uv.subarray(2 * v, 2 * v + 2))}</TEXCOORD>`;
      for (let k = s.influenceStart[v]; k < s.influenceStart[v + 1]; k++) {
        text += `<INFLUENCE ID="${s.influenceBones[k]}">${s.influenceWeights[k]}</INFLUENCE>`;
      }
      if (s.cloth) text += `<PHYSIQUE>${s.cloth[v]}</PHYSIQUE>`;
      text += '</VERTEX>\n';
    }
    for (let k = 0; k < s.springs.length; k += 2)
      text += `<SPRING VERTEXID="${s.springs[k]} ${s.springs[k + 1]}" COEF="1" LENGTH="1" />\n`;
    for (const morph of s.morphs) {
      text += `<MORPH NAME="${morph.name}">`;
      morph.vertices.forEach((vertex, k) => {
        text += `<BLENDVERTEX VERTEXID="${vertex}"><POSITION>${join(morph.positions.slice(3 * k, 3 * k + 3))}</POSITION>`;
        text += `<NORMAL>${join(morph.normals.slice(3 * k, 3 * k + 3))}</NORMAL></BLENDVERTEX>`;
      });
      text += '</MORPH>\n';
    }
    for (let i = 0; i < s.index.length; i += 3) text += `<FACE VERTEXID="${join(s.index.subarray(i, i + 3))}" />\n`;
    return `${text}</SUBMESH>\n`;
  });
  return file('XMF', version, 'MESH', `NUMSUBMESH="${submeshes.length}"`, body.join(''));
}

export function writeXmlMaterial({ diffuse, maps }: Cal3dMaterial, version: number): Uint8Array {
  const list = maps.map(m => `<MAP TYPE="${m.type}">${m.file}</MAP>\n`).join('');
  const body = `<AMBIENT>9 9 9 0</AMBIENT><DIFFUSE>${join(diffuse)}</DIFFUSE><SPECULAR>1 1 1 0</SPECULAR><SHININESS>0.05</SHININESS>${list}`;
  return file('XRF', version, 'MATERIAL', `NUMMAPS="${maps.length}"`, body);
}

export function writeXmlAnimation({ duration, tracks }: Cal3dAnimation, version: number): Uint8Array {
  const body = tracks.map(t => {
    const keys = t.times.map(
      (time, k) =>
        `<KEYFRAME TIME="${time}"><TRANSLATION>${join(t.translations.slice(3 * k, 3 * k + 3))}</TRANSLATION><ROTATION>${join(t.rotations.slice(4 * k, 4 * k + 4))}</ROTATION></KEYFRAME>\n`,
    );
    return `<TRACK BONEID="${t.bone}" NUMKEYFRAMES="${t.times.length}">\n${keys.join('')}</TRACK>\n`;
  });
  return file('XAF', version, 'ANIMATION', `DURATION="${duration}" NUMTRACKS="${tracks.length}"`, body.join(''));
}

export function writeXmlMorphAnimation({ duration, tracks }: Cal3dMorphAnimation, version: number): Uint8Array {
  const body = tracks.map(t => {
    const keys = t.times.map((time, k) => `<KEYFRAME TIME="${time}"><WEIGHT>${t.weights[k]}</WEIGHT></KEYFRAME>\n`);
    return `<TRACK MORPHNAME="${t.morph}" NUMKEYFRAMES="${t.times.length}">\n${keys.join('')}</TRACK>\n`;
  });
  return file('XPF', version, 'ANIMATION', `DURATION="${duration}" NUMTRACKS="${tracks.length}"`, body.join(''));
}
