/** Repairs a glTF before glTF-Transform reads it. */
import type { GLTF } from '@gltf-transform/core';
import { mat4, quat } from 'gl-matrix';
import type { Warn } from '../../report/warnings.ts';

/**
 * Repairs common faults in a checked glTF that glTF-Transform cannot handle. Changes `json`.
 *
 * - a matrix without an inverse: its rotation would become NaN
 * - scenes that list child nodes
 * - a sparse accessor without offsets: it would use the base's
 * - a sampler of a texture without a picture
 * - the newer name of meshopt compression
 */
export function mendGltf(json: GLTF.IGLTF, warn: Warn): void {
  for (const accessor of json.accessors ?? []) {
    const { sparse } = accessor;
    if (sparse) {
      sparse.indices.byteOffset ??= 0;
      sparse.values.byteOffset ??= 0;
    }
  }
  for (const [i, texture] of (json.textures ?? []).entries()) {
    const extensions = Object.values((texture.extensions ?? {}) as Record<string, { source?: unknown } | undefined>);
    if (texture.source !== undefined || extensions.some(e => e?.source !== undefined)) continue;
    warn(`texture ${i} has no picture`);
    delete texture.sampler;
  }
  // glTF-Transform needs bytes for every picture; a missing one gets none (read-material draws its surface by factors).
  for (const image of json.images ?? []) if (image.uri === undefined && image.bufferView === undefined) image.uri = NO_PICTURE;
  mendScenes(json, warn);
  for (const [i, node] of (json.nodes ?? []).entries()) mendMatrix(node, i, warn);
  renameMeshopt(json);
}

/** The URI of missing pictures; its resource has no bytes. */
export const NO_PICTURE = 'data:,';

/**
 * Keeps one scene: the default one, else the first with a node, else all roots. A listed node below another listed node is drawn
 * by that one. A node whose parents are in no scene keeps its own transform, as in three.js.
 */
function mendScenes(json: GLTF.IGLTF, warn: Warn): void {
  const nodes = json.nodes ?? [];
  const parents = new Map<number, number>();
  for (const [i, node] of nodes.entries()) for (const child of node.children ?? []) parents.set(child, i);
  const scenes = json.scenes ?? [];
  const listed = (scene: GLTF.IScene | undefined) => new Set(scene?.nodes ?? []);
  let shown = listed(scenes[json.scene ?? 0]);
  if (shown.size === 0) {
    shown = listed(scenes.find(s => (s.nodes ?? []).length > 0));
    if (shown.size === 0) shown = new Set([...nodes.keys()].filter(i => !parents.has(i)));
    if (shown.size > 0) warn('the file shows no scene: what its nodes hold is drawn');
  }
  const roots: number[] = [];
  for (const node of shown) {
    let above = parents.get(node);
    while (above !== undefined && !shown.has(above)) above = parents.get(above);
    const name = nodes[node].name ?? node;
    if (above !== undefined) {
      warn(`node ${name}: the scene lists it and a node above it; drawn once`);
      continue;
    }
    const parent = parents.get(node);
    if (parent !== undefined) {
      warn(`node ${name}: the scene lists it, and its parent is in no scene; drawn with its own transform`);
      nodes[parent].children = nodes[parent].children?.filter(child => child !== node) ?? [];
    }
    roots.push(node);
  }
  json.scenes = [{ ...(scenes[json.scene ?? 0] ?? {}), nodes: roots }];
  json.scene = 0;
}

/**
 * Volume of a matrix's normalized axes. Below the first value they do not span space; above the second they are at right angles.
 */
const FLAT = 1e-6;
const STRAIGHT = 1 - 1e-3;

function mendMatrix(node: GLTF.INode, i: number, warn: Warn): void {
  const { matrix } = node;
  if (!matrix) return;
  const axes = [0, 4, 8].map(at => Math.hypot(matrix[at], matrix[at + 1], matrix[at + 2]));
  const volume = Math.abs(mat4.determinant(matrix as mat4)) / (axes[0] * axes[1] * axes[2]);
  if (volume >= STRAIGHT) return;
  if (volume > FLAT) {
    // glTF 2.0 section 3.5.2 forbids it. glTF-Transform and three.js both use the nearest matrix without shear.
    warn(`node ${node.name ?? i}: its matrix shears, which glTF does not allow; the shear is lost`);
    return;
  }
  delete node.matrix;
  node.translation = [matrix[12], matrix[13], matrix[14]];
  node.rotation = [...rotationOf(matrix, axes)] as [number, number, number, number];
  node.scale = axes as [number, number, number];
}

/** Returns the rotation of a matrix whose axes may have length 0. Two non-zero axes define the third; fewer give no rotation. */
function rotationOf(matrix: readonly number[], lengths: readonly number[]): quat {
  const axis = (k: number) => [0, 1, 2].map(c => matrix[4 * k + c] / lengths[k]);
  const zero = [0, 1, 2].filter(k => !(lengths[k] > 0));
  if (zero.length !== 1) return quat.create();
  const [a, b] = [(zero[0] + 1) % 3, (zero[0] + 2) % 3].map(axis);
  const columns: number[][] = [];
  columns[(zero[0] + 1) % 3] = a;
  columns[(zero[0] + 2) % 3] = b;
  columns[zero[0]] = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const m = columns.flat() as unknown as [number, number, number, number, number, number, number, number, number];
  return quat.normalize(quat.create(), quat.fromMat3(quat.create(), m));
}

function renameMeshopt(json: GLTF.IGLTF): void {
  const [from, to] = ['KHR_meshopt_compression', 'EXT_meshopt_compression'];
  if (!json.extensionsUsed?.includes(from)) return;
  const rename = (names: readonly string[] | undefined) => names && [...new Set(names.map(n => (n === from ? to : n)))];
  Object.assign(json, { extensionsUsed: rename(json.extensionsUsed) });
  if (json.extensionsRequired) Object.assign(json, { extensionsRequired: rename(json.extensionsRequired) });
  for (const item of [...(json.bufferViews ?? []), ...(json.buffers ?? [])]) {
    const extensions = item.extensions as Record<string, unknown> | undefined;
    if (extensions && from in extensions) extensions[to] ??= extensions[from];
  }
}
