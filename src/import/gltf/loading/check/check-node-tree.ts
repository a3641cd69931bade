/** Checks the hierarchy of a glTF file's nodes. */
import type { Warn } from '../../../report/warnings.ts';
import { MAX_NUMBER } from '../../floats.ts';
import { DocumentFields, type Json } from './document-fields.ts';

/** Maximum depth of a hierarchy: far above real models, far below the stack's limit. */
const MAX_DEPTH = 2000;

/** Checks that the nodes form a forest. A node that several list as a child stays with the first. */
export class NodeTreeCheck extends DocumentFields {
  readonly #warn: Warn;

  constructor(json: Json, url: string, warn: Warn) {
    super(json, url);
    this.#warn = warn;
  }

  /** @throws FormatError where a node of the scene is its own ancestor, is too deep, or has a transform that is none. */
  run(): void {
    const nodes = this.list(this.json, 'nodes');
    const parents = new Map<number, number>();
    for (const [i, node] of nodes.entries()) {
      const children = node.children ?? [];
      if (!Array.isArray(children)) this.fail('must be a list', `nodes[${i}].children`, children);
      for (const [c, child] of (children as unknown[]).entries()) {
        const at = `nodes[${i}].children[${c}]`;
        const index = this.reference(child, 'nodes', at);
        if (parents.has(index)) continue;
        parents.set(index, i);
      }
      const own = (children as number[]).filter(child => parents.get(child) === i);
      if (own.length < children.length || new Set(own).size < own.length) {
        this.#warn(
          `node ${node.name ?? i} lists children that stand under another node, or twice; each stands in its first place`,
        );
        node.children = [...new Set(own)];
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
