/** Finds the nodes of a glTF model that move. */
import type { Node } from '@gltf-transform/core';
import type { Warn } from '../report/warnings.ts';
import { humanoidByNames, vrmHumanoid } from './figures/humanoid-by-names.ts';
import type { LoadedGltf } from './loading/load-gltf.ts';
import type { NodeTree } from './node-tree.ts';
import type { SceneMesh } from './scene-meshes.ts';

/** Returns the nodes that can move a vertex (joints, animated nodes and their ancestors) and the meshes below none of those. */
export function movingNodes(
  { document, json, animations }: LoadedGltf,
  tree: NodeTree,
  drawn: readonly SceneMesh[],
  warn: Warn,
): Set<Node> {
  const bones = vrmHumanoid(json)?.bones.values() ?? [];
  const members = new Set<Node>();
  const add = (node: Node | null): void => {
    if (node) for (const n of tree.upward(node)) members.add(n);
  };
  const scene = tree.inScene();
  const shown = new Set(scene);
  for (const { node } of drawn) {
    const joints = node.getSkin()?.listJoints() ?? [];
    for (const joint of joints) add(joint);
    if (!joints.every(joint => shown.has(joint)))
      warn(`node ${node.getName()}: joints of its skin stand in no scene; they count where they stand`);
  }
  const nodes = document.getRoot().listNodes();
  for (const bone of bones) add(nodes[bone] ?? null);
  for (const { channels } of animations) for (const { node, path } of channels) if (path !== 'weights') add(node);
  for (const { node } of drawn) if (!node.getSkin() && ![...tree.upward(node)].some(n => members.has(n))) add(node);
  // In a body of rigid pieces, clips of other models may turn bones that its own clips do not.
  const named = new Set(Object.values(humanoidByNames(scene.map(n => tree.names.get(n) ?? ''))));
  if ([...members].some(n => named.has(tree.names.get(n) ?? '')))
    for (const node of scene) if (named.has(tree.names.get(node) ?? '')) add(node);
  return members;
}
