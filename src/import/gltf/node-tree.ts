import type { Document, Node, Scene } from '@gltf-transform/core';
import { mat4, quat, vec3 } from 'gl-matrix';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { uniqueName } from '../model/unique-names.ts';

/** The parents and unique names of a document's nodes. */
export class NodeTree {
  readonly names = new Map<Node, string>();
  readonly #parents = new Map<Node, Node>();
  readonly #nodes: Node[];
  readonly scene: Scene | undefined;
  /** What `world` counts from. */
  origin: readonly [number, number, number] = [0, 0, 0];

  constructor(document: Document) {
    const root = document.getRoot();
    this.#nodes = root.listNodes();
    this.scene = root.getDefaultScene() ?? root.listScenes()[0];
    const used = new Set<string>();
    this.#nodes.forEach((node, i) => {
      const name = uniqueName(node.getName() || `node ${i}`, n => used.has(n));
      used.add(name);
      this.names.set(node, name);
      for (const child of node.listChildren()) this.#parents.set(child, node);
    });
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** Yields the node and its ancestors up to the root. */
  *upward(node: Node): Iterable<Node> {
    for (let n: Node | undefined = node; n; n = this.parent(n)) yield n;
  }

  /** Returns the node's matrix, as seen from `origin`. Map coordinates are subtracted before they are rounded to 32 bits. */
  world(node: Node): mat4 {
    const isFar = this.origin.some(x => x !== 0);
    const out = isFar ? mat4.identity(new Float64Array(16) as unknown as mat4) : mat4.create();
    for (const n of this.upward(node)) mat4.multiply(out, n.getMatrix() as mat4, out);
    for (const [axis, from] of this.origin.entries()) out[12 + axis] -= from;
    return out;
  }

  /** Returns the nodes of the scene, parents first. */
  inScene(): Node[] {
    const out: Node[] = [];
    const roots = this.scene?.listChildren() ?? this.#nodes.filter(n => !this.parent(n));
    for (let stack = [...roots].reverse(), node = stack.pop(); node; node = stack.pop()) {
      out.push(node);
      stack.push(...[...node.listChildren()].reverse());
    }
    return out;
  }

  /**
   * Builds the skeleton of `members`, which must contain the parents of all its nodes.
   * @param turned - adds a root joint that turns by 180 degrees about y (VRM 0 faces -z).
   */
  skeleton(members: ReadonlySet<Node>, humanoid: Record<string, string>, turned: boolean): SkeletonAsset {
    const depth = (node: Node): number => [...this.upward(node)].length;
    const joints = this.#nodes
      .filter(n => members.has(n))
      .map(node => ({ node, depth: depth(node) }))
      .sort((a, b) => a.depth - b.depth); // prettier-ignore
    const first = turned ? 1 : 0;
    const numbers = new Map(joints.map(({ node }, i) => [node, i + first]));
    const count = joints.length + first;
    const asset = {
      names: [...(turned ? [TURN] : []), ...joints.map(({ node }) => this.names.get(node) ?? '')],
      parents: new Int16Array(count),
      translations: new Float32Array(count * 3),
      rotations: new Float32Array(count * 4),
      scales: new Float32Array(count * 3).fill(1),
      humanoid,
    };
    if (turned) {
      asset.parents[0] = -1;
      asset.rotations.set([0, 1, 0, 0]);
    }
    joints.forEach(({ node }, i) => {
      const j = i + first;
      const parent = this.parent(node);
      asset.parents[j] = (parent ? numbers.get(parent) : undefined) ?? first - 1;
      asset.translations.set(node.getTranslation(), j * 3);
      asset.rotations.set(quat.normalize(quat.create(), node.getRotation() as quat), j * 4);
      asset.scales.set(vec3.clone(node.getScale() as vec3), j * 3);
    });
    return asset;
  }
}

const TURN = '(faces +z)';
