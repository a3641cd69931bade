/** Virtual registers and the scalars that they hold. */
import type { Node } from '../symbols/graph/graph.ts';

/** A virtual register: scalars that must share one register. A lane is free until an instruction needs it. */
export interface Register {
  readonly id: number;
  readonly nodes: Node[];
  /** The lane of each node that an instruction fixes. */
  readonly pinned: Map<Node, number>;
  /** The register that this one was merged into. */
  into: Register | undefined;
  /** True where all four lanes are taken: texture fetches write all. */
  whole: boolean;
  /** True for a register that a loop or `if` carries: it takes no other scalars. */
  closed: boolean;
  /** The nodes whose lane can no longer change. */
  readonly fixed: Set<Node>;
}

/** The register of every scalar. */
export class Registers {
  readonly all: Register[] = [];
  readonly #home = new Map<Node, Register>();

  make(nodes: readonly Node[], whole = false): Register {
    const r: Register = {
      id: this.all.length,
      nodes: [...nodes],
      pinned: new Map(),
      into: undefined,
      whole,
      closed: false,
      fixed: new Set(),
    };
    this.all.push(r);
    for (const n of nodes) this.#home.set(n, r);
    return r;
  }

  of(n: Node): Register | undefined {
    let r = this.#home.get(n);
    while (r?.into) r = r.into;
    return r;
  }

  put(r: Register, n: Node): void {
    r.nodes.push(n);
    this.#home.set(n, r);
  }

  canJoin(rs: readonly Register[], extra: number): boolean {
    if ((rs.length > 1 || extra > 0) && rs.some(r => r.whole || r.closed)) return false;
    const lanes = rs.flatMap(r => [...r.pinned.values()]);
    return new Set(lanes).size === lanes.length && rs.reduce((n, r) => n + r.nodes.length, extra) <= 4;
  }

  join(rs: readonly Register[]): Register {
    const [first, ...rest] = rs;
    for (const r of rest) {
      first.nodes.push(...r.nodes);
      for (const [n, lane] of r.pinned) first.pinned.set(n, lane);
      r.into = first;
    }
    return first;
  }

  /** True where every node can take its lane in `wanted`. */
  canPin(r: Register, wanted: ReadonlyMap<Node, number>): boolean {
    const taken = new Map<number, Node>();
    for (const [n, lane] of r.pinned) taken.set(lane, n);
    for (const [n, lane] of wanted) {
      const at = r.pinned.get(n);
      if (at !== undefined && at !== lane) return false;
      const other = taken.get(lane);
      if (other && other !== n) return false;
    }
    return true;
  }

  /** Assigns a lane to every node. */
  settle(r: Register): void {
    const taken = new Set(r.pinned.values());
    for (const n of r.nodes) {
      if (r.pinned.has(n)) continue;
      let lane = 0;
      while (taken.has(lane)) lane++;
      taken.add(lane);
      r.pinned.set(n, lane);
    }
  }
}
