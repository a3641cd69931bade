/** Lists the meshes that a glTF scene shows. */

import type { Accessor, Mesh, Node } from '@gltf-transform/core';
import type { InstancedMesh, Visibility } from '@gltf-transform/extensions';
import { mat4, type quat, type vec3 } from 'gl-matrix';
import { countedAre } from '../../core/counted.ts';
import { FormatError } from '../../core/errors.ts';
import type { SourcePart } from '../model/source-model.ts';
import type { Warn } from '../report/warnings.ts';
import { floats } from './floats.ts';
import type { NodeTree } from './node-tree.ts';

/** Maximum copies of one mesh. Each copy gets its own triangles; the vertices of a model are limited too. */
const MAX_INSTANCES = 100_000;

/** A visible mesh of the scene. */
export interface SceneMesh {
  readonly node: Node;
  readonly mesh: Mesh;
  /** EXT_mesh_gpu_instancing: copy -> node; a single identity without it. */
  readonly copies: readonly mat4[];
  /** `_COLOR_0` of the copies, which three.js reads: linear RGBA of each. */
  readonly colors: Float32Array | undefined;
}

/** Names a mesh in warnings and errors. */
export const meshAt = (mesh: Mesh | null): string => `mesh ${mesh?.getName() || 'without a name'}`;

/** Returns the visible meshes of the scene. KHR_node_visibility hides a node and its descendants. */
export function sceneMeshes(tree: NodeTree, url: string, warn: Warn): SceneMesh[] {
  let hidden = 0;
  const out = tree.inScene().flatMap(node => {
    const mesh = node.getMesh();
    if (!mesh) return [];
    if ([...tree.upward(node)].some(n => n.getExtension<Visibility>('KHR_node_visibility')?.getVisible() === false)) {
      hidden++;
      return [];
    }
    return [{ node, mesh, ...copiesOf(node, url) }];
  });
  if (hidden > 0) warn(`${countedAre(hidden, 'hidden node')} left out (KHR_node_visibility)`);
  return out;
}

function copiesOf(node: Node, url: string): Pick<SceneMesh, 'copies' | 'colors'> {
  const instanced = node.getExtension<InstancedMesh>('EXT_mesh_gpu_instancing');
  if (!instanced) return { copies: [mat4.create()], colors: undefined };
  const at = `node ${node.getName()} EXT_mesh_gpu_instancing`;
  const accessors = instanced.listAttributes();
  const count = accessors[0]?.getCount() ?? 0;
  if (count > MAX_INSTANCES) throw new FormatError(`at most ${MAX_INSTANCES} instances`, { url, at, value: count });
  const read = (semantic: string, size: number): Float32Array | undefined => {
    const accessor: Accessor | null = instanced.getAttribute(semantic);
    if (!accessor) return undefined;
    if (accessor.getCount() !== count)
      throw new FormatError(`${count} instances`, { url, at: `${at} ${semantic}`, value: accessor.getCount() });
    return floats(accessor, size, url, `${at} ${semantic}`);
  };
  const translations = read('TRANSLATION', 3);
  const rotations = read('ROTATION', 4);
  const scales = read('SCALE', 3);
  const copies = Array.from({ length: count }, (_, i) =>
    mat4.fromRotationTranslationScale(
      mat4.create(),
      (rotations?.subarray(i * 4, i * 4 + 4) as quat | undefined) ?? [0, 0, 0, 1],
      (translations?.subarray(i * 3, i * 3 + 3) as vec3 | undefined) ?? [0, 0, 0],
      (scales?.subarray(i * 3, i * 3 + 3) as vec3 | undefined) ?? [1, 1, 1],
    ),
  );
  const size = instanced.getAttribute('_COLOR_0')?.getElementSize() ?? 0;
  const colors = size === 3 || size === 4 ? read('_COLOR_0', size) : undefined;
  const rgba = (i: number): number => (i % 4 < size ? (colors?.[(i >> 2) * size + (i % 4)] ?? 1) : 1);
  return { copies, colors: colors && Float32Array.from({ length: count * 4 }, (_, i) => rgba(i)) };
}

/** Returns a part in the colour of copy `i`. */
export function inColorOf(part: SourcePart, colors: Float32Array | undefined, i: number): SourcePart {
  if (!colors) return part;
  const own = part.colors ?? new Float32Array((part.positions.length / 3) * 4).fill(1);
  return { ...part, colors: own.map((x, k) => x * colors[i * 4 + (k % 4)]) };
}
