/** Reads Cal3D models. */

import { basename } from 'node:path';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import { counted, countedAre } from '../../core/counted.ts';
import { FormatError } from '../../core/errors.ts';
import type { SourceAvatar, SourcePart, SourceProduct } from '../model/source-model.ts';
import { withStride } from '../model/stride.ts';
import { decodePicture } from '../picture/decode-picture.ts';
import type { Picture } from '../picture/picture.ts';
import type { Cal3dMaterial, Cal3dMesh, Cal3dSkeleton, Warn } from './cal3d-file.ts';
import { convertClip, convertMorphClip } from './convert/convert-clip.ts';
import { type ConvertedMaterial, chooseMaps, convertMaterial } from './convert/convert-material.ts';
import { convertSubmesh } from './convert/convert-mesh.ts';
import { type ConvertedSkeleton, convertSkeleton } from './convert/convert-skeleton.ts';
import { metresPerUnit } from './convert/unit.ts';
import { findTexture, type ModelFiles, readBytes, readConfig, sortLooseFiles, stem } from './model-files.ts';
import { parseAnimation, parseMaterial, parseMesh, parseMorphAnimation, parseSkeleton } from './parse-cal3d-file.ts';
import { addChains } from './springs/add-chains.ts';
import { type ClothChain, clothChains } from './springs/cloth-chains.ts';
import { swing } from './springs/swing-chains.ts';

export interface Cal3dImport {
  readonly avatar: SourceAvatar;
  /** Warnings for the user: what was dropped, guessed or repaired. Each names its file. */
  readonly warnings: readonly string[];
}

export interface Cal3dOptions {
  /** Height in metres, > 0. Without it, the model's own height decides the unit. */
  readonly height?: number;
  /** False: vertices that springs move follow their bones. Default true. */
  readonly springs?: boolean;
  /** Receives what the avatar wears before its animations are read. */
  readonly onProduct?: ((product: SourceProduct) => void) | undefined;
}

/**
 * Reads a Cal3D model by its configuration (`.cfg`): skeleton, meshes, materials, textures, and every animation beside it.
 *
 * @throws FormatError that names the file, the place in it and the cause.
 */
export async function readCal3d(configPath: string, options: Cal3dOptions = {}): Promise<Cal3dImport> {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  return { avatar: await readModel(await readConfig(configPath, warn), options, warn), warnings };
}

/** Reads a Cal3D model from loose files in any order, recognised by extension: one skeleton, meshes, materials, animations. */
export async function readCal3dFiles(paths: readonly string[], options: Cal3dOptions = {}): Promise<Cal3dImport> {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  return { avatar: await readModel(await sortLooseFiles(paths, warn), options, warn), warnings };
}

async function readModel(files: ModelFiles, options: Cal3dOptions, warn: Warn): Promise<SourceAvatar> {
  const source = parseSkeleton(await readBytes(files.skeleton), files.skeleton, warn);
  const meshes: Cal3dMesh[] = [];
  for (const path of files.meshes) meshes.push(parseMesh(await readBytes(path), path, warn));
  const { unit, height } = metresPerUnit(meshes, options.height, files.skeleton, warn);
  const plain = convertSkeleton(source, unit, warn);
  const materials = await readMaterials(files, meshes, warn);
  const { parts, chains } = convertMeshes(meshes, plain, materials, { unit, springs: options.springs ?? true }, warn);
  const { skeleton, swinging } = addChains(plain, chains);
  if (parts.length === 0) throw new FormatError('the model has no faces', { url: files.meshes[0], at: 'submeshes' });
  const product: SourceProduct = {
    name: files.name,
    parts,
    skin: { joints: skeleton.asset.names, inverseBind: skeleton.inverseBind },
    textures: [...materials.values()].map(m => m.texture).filter(t => t !== undefined),
  };
  options.onProduct?.(product);
  return {
    name: files.name,
    skeleton: skeleton.asset,
    clips: (await readClips(files, source, skeleton, unit, warn)).map(clip => swing(clip, skeleton.asset, swinging)),
    outfit: [{ product }],
    height,
  };
}

/** Reads the materials that submeshes use, by their index. */
async function readMaterials(
  files: ModelFiles,
  meshes: readonly Cal3dMesh[],
  warn: Warn,
): Promise<Map<number, ConvertedMaterial>> {
  const submeshes = meshes.flatMap(m => m.submeshes);
  const materials = new Map<number, ConvertedMaterial>();
  const names = new Set<string>();
  for (const id of [...new Set(submeshes.map(s => s.material))].sort((a, b) => a - b)) {
    const path: string | undefined = files.materials[id];
    let name = path === undefined ? `${files.name} ${id}` : stem(path);
    while (names.has(name)) name += ' 2';
    names.add(name);
    if (path === undefined) warn(`${files.name}: there is no material ${id}; its faces are white`);
    const material = path === undefined ? undefined : await readMaterial(path, warn);
    const maps = material ? chooseMaps(material, warn) : { color: undefined, opacity: undefined };
    const color = await readMap(files.folder, maps.color, material, warn);
    const opacity = color && (await readMap(files.folder, maps.opacity, material, warn));
    // Cloth and hair with springs are single sheets that are visible from both sides.
    const sheet = submeshes.some(s => s.material === id && s.springs.length > 0);
    materials.set(id, convertMaterial(name, material, color, opacity, sheet, warn));
  }
  return materials;
}

/** Undefined, with a warning, where the file is broken. Its faces are white then. */
async function readMaterial(path: string, warn: Warn): Promise<Cal3dMaterial | undefined> {
  try {
    return parseMaterial(await readBytes(path), path, warn);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    warn(`${basename(path)} is left out, and its faces are white: ${error.message}`);
    return undefined;
  }
}

async function readMap(
  folder: string,
  file: string | undefined,
  material: Cal3dMaterial | undefined,
  warn: Warn,
): Promise<Picture | undefined> {
  if (file === undefined) return undefined;
  const path = await findTexture(folder, file);
  if (path === undefined) {
    warn(`${material?.url}: the texture "${file}" is not in the folder of the model`);
    return undefined;
  }
  try {
    return await decodePicture(await readBytes(path), path, undefined, path, message => warn(`${path}: ${message}`));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    warn(`${path}: ${error.reason}; drawn without it`);
    return undefined;
  }
}

function convertMeshes(
  meshes: readonly Cal3dMesh[],
  skeleton: ConvertedSkeleton,
  materials: ReadonlyMap<number, ConvertedMaterial>,
  { unit, springs }: { readonly unit: number; readonly springs: boolean },
  warn: Warn,
): { readonly parts: SourcePart[]; readonly chains: readonly ClothChain[] } {
  const parts: SourcePart[] = [];
  const chains: ClothChain[] = [];
  let joints = skeleton.asset.names.length;
  for (const { url, submeshes } of meshes) {
    submeshes.forEach((submesh, i) => {
      const material = materials.get(submesh.material);
      if (!material || submesh.index.length === 0) return;
      const part = convertSubmesh(submesh, skeleton, material.description, unit, { url, at: `submesh ${i}` }, warn);
      const cloth = springs && submesh.cloth ? clothChains(part, submesh.springs, submesh.cloth, joints) : undefined;
      const count = submesh.springs.length / 2;
      if (cloth) {
        warn(
          `${url}: submesh ${i}: ${counted(count, 'spring')} became ${counted(cloth.chains.length, 'chain')} of joints, swinging in its clips`,
        );
        chains.push(...cloth.chains);
        joints += cloth.chains.reduce((sum, chain) => sum + chain.points.length / 3 - 1, 0);
      } else if (count > 0)
        warn(`${url}: submesh ${i}: ${countedAre(count, 'spring')} not simulated; its vertices follow their bones`);
      parts.push(cloth ? { ...part, joints: cloth.joints, weights: cloth.weights } : part);
    });
    if (submeshes.some(s => s.uvs.length > 1)) warn(`${url}: of several sets of texture coordinates the first is used`);
  }
  const collapsing = meshes.filter(m => m.submeshes.some(s => s.lodSteps > 0));
  if (collapsing.length > 0)
    warn(
      `${collapsing[0].url}: its own order of collapse is not used (${counted(collapsing.length, 'mesh')}); levels of detail are made anew`,
    );
  return { parts, chains };
}

async function readClips(
  files: ModelFiles,
  source: Cal3dSkeleton,
  skeleton: ConvertedSkeleton,
  unit: number,
  warn: Warn,
): Promise<AnimationAsset[]> {
  const clips: AnimationAsset[] = [];
  const names = new Set<string>();
  for (const path of new Set([...files.animations, ...files.extraAnimations])) {
    // The paladin's `paladin_walk.caf` becomes the clip `walk`.
    const prefix = `${files.name}_`;
    const base = stem(path).startsWith(prefix) ? stem(path).slice(prefix.length) : stem(path);
    let name = base;
    for (let n = 2; names.has(name); n++) name = `${base} ${n}`;
    if (name !== base) warn(`${path}: a second animation named "${base}" is now "${name}"`);
    try {
      const bytes = await readBytes(path);
      const clip = /\.[cx]pf$/i.test(path)
        ? convertMorphClip(parseMorphAnimation(bytes, path, warn), name)
        : convertClip(parseAnimation(bytes, path, warn), name, source, skeleton, unit, warn);
      names.add(name);
      clips.push(withStride(clip, skeleton.asset));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const isNamed = files.animations.includes(path);
      warn(`${basename(path)} ${isNamed ? 'is left out' : 'lies beside the model but is left out'}: ${error.message}`);
    }
  }
  return clips;
}
