/** Literals in constant registers. */

/** The swizzles of ps_2_0 other than one repeated lane. */
const FIXED = [
  [0, 1, 2, 3],
  [1, 2, 0, 3],
  [2, 0, 1, 3],
  [3, 2, 1, 0],
];
const ALL = [...FIXED, ...[0, 1, 2, 3].map(l => [l, l, l, l])];

/** Returns a whole ps_2_0 swizzle that reads the wanted lanes, or undefined where none exists. */
export function fixedSwizzle(wanted: ReadonlyMap<number, number>): readonly number[] | undefined {
  return ALL.find(s => [...wanted].every(([to, from]) => s[to] === from));
}

export interface Literal {
  readonly register: number;
  /** The lane of the register for each wanted lane. */
  readonly lanes: ReadonlyMap<number, number>;
}

/** Packs literals into `def` registers of four lanes. The literals of one instruction share a register. */
export class Literals {
  readonly registers: (number | undefined)[][] = [];
  readonly #anySwizzle: boolean;

  constructor(anySwizzle: boolean) {
    this.#anySwizzle = anySwizzle;
  }

  /** True where one register can hold the literals. ps_2_0 has no swizzle for some pairs. */
  canPlace(wanted: readonly ReadonlyMap<number, number>[]): boolean {
    const cells: (number | undefined)[] = [];
    return wanted.every(w => this.#fit(cells, w) !== undefined);
  }

  /**
   * Places the literals of one instruction in a register.
   *
   * @param wanted - for each source, the value by lane.
   * @throws Error where not even an empty register can hold them: call `canPlace` first.
   */
  place(wanted: readonly ReadonlyMap<number, number>[]): Literal[] {
    for (let r = 0; r <= this.registers.length; r++) {
      const cells = [...(this.registers[r] ?? [])];
      const lanes = wanted.map(w => this.#fit(cells, w));
      if (lanes.every(l => l !== undefined)) {
        this.registers[r] = cells;
        return lanes.map(l => ({ register: r, lanes: l }));
      }
    }
    throw new Error(`no register can hold the literals ${JSON.stringify(wanted.map(w => [...w]))}`);
  }

  #fit(cells: (number | undefined)[], wanted: ReadonlyMap<number, number>): Map<number, number> | undefined {
    const free = (lane: number, value: number) => cells[lane] === undefined || Object.is(cells[lane], value);
    if (this.#anySwizzle) {
      const lanes = new Map<number, number>();
      for (const [to, value] of wanted) {
        let lane = cells.findIndex(c => c !== undefined && Object.is(c, value));
        if (lane < 0) lane = [0, 1, 2, 3].findIndex(l => cells[l] === undefined);
        if (lane < 0) return undefined;
        cells[lane] = value;
        lanes.set(to, lane);
      }
      return lanes;
    }
    const score = (s: readonly number[]) =>
      [...wanted].filter(([to, v]) => cells[s[to]] !== undefined && Object.is(cells[s[to]], v)).length;
    const same = new Set(wanted.values()).size === 1;
    const choices = ALL.filter(s => [...wanted].every(([to, v]) => free(s[to], v)) && consistent(s, wanted)).sort(
      (a, b) => score(b) - score(a) || (same ? Number(isSpread(b)) - Number(isSpread(a)) : 0),
    );
    const [best] = choices;
    if (!best) return undefined;
    const lanes = new Map<number, number>();
    for (const [to, v] of wanted) {
      cells[best[to]] = v;
      lanes.set(to, best[to]);
    }
    return lanes;
  }
}

const isSpread = (s: readonly number[]): boolean => s[0] === s[1] && s[1] === s[2];

function consistent(s: readonly number[], wanted: ReadonlyMap<number, number>): boolean {
  const at = new Map<number, number>();
  for (const [to, v] of wanted) {
    const known = at.get(s[to]);
    if (known !== undefined && !Object.is(known, v)) return false;
    at.set(s[to], v);
  }
  return true;
}
