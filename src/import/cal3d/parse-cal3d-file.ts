import { readBinaryAnimation, readBinaryMaterial, readBinaryMorphAnimation, readBinarySkeleton } from './binary/binary-files.ts';
import { readBinaryMesh } from './binary/binary-mesh.ts';
import type { Cal3dAnimation, Cal3dMaterial, Cal3dMesh, Cal3dMorphAnimation, Cal3dSkeleton, Warn } from './cal3d-file.ts';
import { isXml } from './xml/xml-element.ts';
import { readXmlAnimation, readXmlMaterial, readXmlMorphAnimation, readXmlSkeleton } from './xml/xml-files.ts';
import { readXmlMesh } from './xml/xml-mesh.ts';

/*
 * Parses each kind of file, binary or XML. The bytes decide the format, not the name (the fork's files have no extension). All
 * functions throw FormatError with the file, the place and the cause.
 */

export function parseSkeleton(bytes: Uint8Array, url: string, warn: Warn): Cal3dSkeleton {
  return isXml(bytes) ? readXmlSkeleton(bytes, url) : readBinarySkeleton(bytes, url, warn);
}

export function parseMesh(bytes: Uint8Array, url: string, warn: Warn): Cal3dMesh {
  return isXml(bytes) ? readXmlMesh(bytes, url) : readBinaryMesh(bytes, url, warn);
}

export function parseMaterial(bytes: Uint8Array, url: string, warn: Warn): Cal3dMaterial {
  return isXml(bytes) ? readXmlMaterial(bytes, url) : readBinaryMaterial(bytes, url, warn);
}

export function parseAnimation(bytes: Uint8Array, url: string, warn: Warn): Cal3dAnimation {
  return isXml(bytes) ? readXmlAnimation(bytes, url) : readBinaryAnimation(bytes, url, warn);
}

export function parseMorphAnimation(bytes: Uint8Array, url: string, warn: Warn): Cal3dMorphAnimation {
  return isXml(bytes) ? readXmlMorphAnimation(bytes, url) : readBinaryMorphAnimation(bytes, url, warn);
}
