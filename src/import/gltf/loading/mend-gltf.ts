import type { GLTF } from '@gltf-transform/core';
import { mat4, quat } from 'gl-matrix';
import type { Warn } from '../../warn.ts';

/**
 * A copy of a checked glTF in which is mended what files in the wild have and what glTF-Transform would trip over:
 * a matrix without an inverse (its rotation would become NaN), nodes that a scene lists though they stand under another node,
 * a sparse accessor without offsets (it would take the base's), and the newer name of meshopt compression.
 */
export function mendGltf(source: GLTF.IGLTF, warn: Warn): GLTF.IGLTF {
  const json = structuredClone(source);
  for (const accessor of json.accessors ?? []) {
    const { sparse } = accessor;
    if (sparse) {
      sparse.indices.byteOffset ??= 0;
      sparse.values.byteOffset ??= 0;
    }
  }
  for (const [i, texture] of (json.textures ?? []).entries()) {
    const extensions = Object.values((texture.extensions ?? {}) as Record<string, { source?: unknown } | undefined>);
    if (texture.source === undefined && !extensions.some(e => e?.source !== undefined)) warn(`texture ${i} has no picture`);
  }
  const children = new Set((json.nodes ?? []).flatMap(n => n.children ?? []));
  for (const scene of json.scenes ?? []) {
    const roots = [...new Set(scene.nodes ?? [])].filter(n => !children.has(n));
    if (scene.nodes && roots.length < scene.nodes.length)
      warn('a scene lists nodes that are no roots, or twice; they stand where their parents are');
    scene.nodes = roots;
  }
  for (const [i, node] of (json.nodes ?? []).entries()) mendMatrix(node, i, warn);
  renameMeshopt(json);
  return json;
}

/** Volume of a matrix's axes, each of length 1, below which they do not span space; and above which they are at right angles. */
const FLAT = 1e-6;
const STRAIGHT = 1 - 1e-3;

function mendMatrix(node: GLTF.INode, i: number, warn: Warn): void {
  const { matrix } = node;
  if (!matrix) return;
  const axes = [0, 4, 8].map(at => Math.hypot(matrix[at], matrix[at + 1], matrix[at + 2]));
  const volume = Math.abs(mat4.determinant(matrix as mat4)) / (axes[0] * axes[1] * axes[2]);
  if (volume >= STRAIGHT) return;
  if (volume > FLAT) {
    // glTF 2.0 section 3.5.2 forbids it; glTF-Transform and three.js both take the nearest matrix that does not shear.
    warn(`node ${node.name ?? i}: its matrix shears, which glTF does not allow; the shear is lost`);
    return;
  }
  delete node.matrix;
  node.translation = [matrix[12], matrix[13], matrix[14]];
  node.rotation = [...rotationOf(matrix, axes)] as [number, number, number, number];
  node.scale = axes as [number, number, number];
}

/** The rotation of a matrix of which axes may be 0 long: two that are not make the third; else none. */
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
