/** Checks the hierarchy of a glTF file's nodes. */
import type { Warn } from '../../../report/warnings.ts';
import { MAX_NUMBER } from '../../floats.ts';
import { DocumentFields, type Json } from './document-fields.ts';

/** Maximum depth of a hierarchy: far above real models, far below the stack's limit. */
const MAX_DEPTH = 2000;

/**
 * Checks that the nodes form a forest. A node that several list as a child stays with the last of them in the scene, as three.js does
 * it: draco's and 3ds Max's converters list one node below each place where it is to be seen.
 */
export class NodeTreeCheck extends DocumentFields {
  readonly #warn: Warn;

  constructor(json: Json, url: string, warn: Warn) {
    super(json, url);
    this.#warn = warn;
  }

  /** @throws FormatError where a node of the scene is its own ancestor, is too deep, or has a transform that is none. */
  run(): void {
    const nodes = this.list(this.json, 'nodes');
    for (const [i, node] of nodes.entries()) this.numbers(node, 'children', 'nodes', `nodes[${i}]`);
    const parents = this.#parents(nodes);
    for (const [i, node] of nodes.entries()) {
      const children = childrenOf(node);
      const own = new Set(children.filter(child => parents.get(child) === i));
      if (own.size < children.length) {
        this.#warn(
          `node ${node.name ?? i}: lists children that stand below another node, or twice; each stands in its last place`,
        );
        node.children = [...own];
      }
      for (const [name, size] of [
        ['translation', 3],
        ['rotation', 4],
        ['scale', 3],
        ['matrix', 16],
      ] as const) {
        const value = node[name];
        if (
          value !== undefined &&
          !(Array.isArray(value) && value.length === size && value.every(x => Math.abs(x as number) <= MAX_NUMBER))
        )
          this.fail(`must be ${size} numbers`, `nodes[${i}].${name}`, value);
      } // prettier-ignore
    }
    this.#breakCycles(nodes, parents);
    const depths = new Map<number, number>();
    for (let i = 0; i < nodes.length; i++) {
      const chain: number[] = [];
      let n: number | undefined = i;
      for (; n !== undefined && !depths.has(n); n = parents.get(n)) {
        chain.push(n);
      }
      let depth = n === undefined ? 0 : (depths.get(n) ?? 0);
      for (const node of chain.reverse()) depths.set(node, ++depth);
      if (depth > MAX_DEPTH) this.fail(`nodes more than ${MAX_DEPTH} deep`, `nodes[${i}]`);
    }
  }

  /** Returns the parent of each child: the last one that the scene reaches, else the first in the list. */
  #parents(nodes: readonly Json[]): Map<number, number> {
    const parents = new Map<number, number>();
    for (const [i, node] of nodes.entries()) for (const child of childrenOf(node)) if (!parents.has(child)) parents.set(child, i);
    const seen = new Set<number>();
    // A node counts after all nodes below it, so that a cycle keeps the parent outside. Each entry: node, its next child.
    const path: [number, number][] = [];
    const enter = (node: number): void => {
      if (!seen.has(node) && nodes[node]) path.push([node, 0]);
      seen.add(node);
    };
    for (const root of this.#listed() ?? []) {
      enter(root as number);
      for (let top = path.at(-1); top; top = path.at(-1)) {
        const children = childrenOf(nodes[top[0]]);
        if (top[1] < children.length) enter(children[top[1]++]);
        else {
          for (const child of children) parents.set(child, top[0]);
          path.pop();
        }
      }
    }
    return parents;
  }

  /** Parts the nodes of each cycle, with a warning. No viewer sees them where the scene lists none of them. */
  #breakCycles(nodes: readonly Json[], parents: Map<number, number>): void {
    const listed = this.#listed();
    const seen = new Map<number, number>();
    for (let i = 0; i < nodes.length; i++) {
      let n: number | undefined = i;
      for (; n !== undefined && !seen.has(n); n = parents.get(n)) seen.set(n, i);
      if (n === undefined || seen.get(n) !== i) continue;
      const cycle = new Set<number>();
      for (let at = n; !cycle.has(at); at = parents.get(at) ?? n) cycle.add(at);
      const shown = listed && [...cycle].find(node => listed.has(node));
      if (!listed || shown !== undefined) this.fail('a node is its own ancestor', `nodes[${shown ?? n}]`);
      this.#warn(`node ${nodes[n].name ?? n} is its own ancestor, and stands in no scene; its children are parted from it`);
      for (const node of cycle) {
        parents.delete(node);
        nodes[node].children = (nodes[node].children as number[]).filter(child => !cycle.has(child));
      }
    }
  }

  /** Returns the nodes that the scene lists; undefined where none is listed, and all nodes are drawn. */
  #listed(): ReadonlySet<unknown> | undefined {
    const scenes = this.list(this.json, 'scenes');
    const nodes = (scenes[(this.json.scene as number | undefined) ?? 0] ?? scenes[0])?.nodes;
    return Array.isArray(nodes) && nodes.length > 0 ? new Set(nodes) : undefined;
  }
}

const childrenOf = (node: Json): readonly number[] => (node.children ?? []) as readonly number[];
