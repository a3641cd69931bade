import type { Node } from '../../symbols/graph/graph.ts';
import type { Target } from '../../target.ts';
import type { AddressRegister } from '../allocation/address.ts';
import { isExternal, type Operand } from '../groups/group.ts';
import { fixedSwizzle, type Literal, type Literals } from '../literals.ts';
import type { Register, Registers } from '../registers.ts';
import type { ExternalRegisters } from './external-registers.ts';
import { LETTERS, printSwizzle, spread } from './print.ts';

/** Where the values of a shader are. */
export interface Places {
  readonly target: Target;
  readonly registers: Registers;
  /** Number of the temporary register of each allocated one. */
  readonly physical: ReadonlyMap<Register, number>;
  readonly literals: Literals;
  readonly externals: ExternalRegisters;
  readonly address: AddressRegister;
}

/** Prints what instructions read and write: registers, literals and swizzles. */
export class Operands {
  readonly #of: Places;

  constructor(places: Places) {
    this.#of = places;
  }

  /** Returns the component of its register in which a value lies, 0..3. */
  laneOf = (n: Node): number => {
    if (isExternal(n)) return n.lane;
    return this.#of.registers.of(n)?.pinned.get(n) ?? 0;
  };

  /** Returns the name of the temporary register that holds a value: `r0`. */
  temporary(n: Node): string {
    const r = this.#of.registers.of(n);
    return `r${(r && this.#of.physical.get(r)) ?? 0}`;
  }

  /** Returns the name of the register that a value is read from: `c12`, `v0`, `c8[a0.x]`. */
  name(n: Node): string {
    const v = n.variable;
    if (n.op === 'uniform' && v) return `c${(this.#of.externals.uniforms.get(v) ?? 0) + n.register}`;
    if (n.op === 'relative' && v)
      return `c${(this.#of.externals.uniforms.get(v) ?? 0) + n.register}[a0.${this.#of.address.lane(n.args[0])}]`;
    if (n.op === 'input' && v) {
      if (v.name === 'vFace') return 'vFace';
      return `${this.#of.target.name === 'ps_2_0' ? 't' : 'v'}${(this.#of.externals.inputs.get(v) ?? 0) + n.register}`;
    }
    return this.temporary(n);
  }

  /** Returns a literal 0 for the third source of `dp2add`. */
  zero(sources: readonly [number, Operand][][]): string {
    const values = sources
      .flat()
      .filter(([, o]) => o.node.op === 'const')
      .map(([, o]) => o.node.value);
    const [literal] = this.#of.literals.place(
      [new Map([0, ...values].map((v, i) => [i, v]))].slice(0, 1).map(() => new Map([[0, 0]])),
    );
    return `{${literal.register}}.${LETTERS[literal.lanes.get(0) ?? 0]}`;
  }

  /** Returns the two constants that `sincos` of shader model 2 reads. */
  sincosConstants(): string[] {
    const rows = [
      [-1.55009923e-6, -2.17013894e-5, 0.00260416674, 0.00026041668],
      [-0.020833334, -0.125, 1, 0.5],
    ];
    return rows.map(row => `{${this.#of.literals.place([new Map(row.map((v, i) => [i, Math.fround(v)]))])[0].register}}`);
  }

  /** Places the literals among the sources. The result has an entry for each source, undefined where it is no literal. */
  placeLiterals(sources: readonly [number, Operand][][]): (Literal | undefined)[] {
    const constant = sources.map(s => s[0][1].node.op === 'const');
    if (!constant.includes(true)) return [];
    const wanted = sources.filter((_, i) => constant[i]).map(s => new Map(s.map(([to, o]) => [to, o.node.value])));
    const placed = this.#of.literals.place(wanted);
    let k = 0;
    return constant.map(c => (c ? placed[k++] : undefined));
  }

  /**
   * Prints one source of an instruction: `-r0.xyz`.
   * @param s - target lane and operand of each component.
   * @param scalar - whether the instruction reads one component.
   */
  source(s: readonly [number, Operand][], literal: Literal | undefined, scalar: boolean): string {
    const [, first] = s[0];
    const name = literal ? `{${literal.register}}` : this.name(first.node);
    const from = new Map(s.map(([lane, o]) => [lane, literal ? (literal.lanes.get(lane) ?? 0) : this.laneOf(o.node)]));
    const text = `${first.neg ? '-' : ''}${name}${first.abs ? '_abs' : ''}`;
    if (scalar || s.length === 1) return `${text}.${LETTERS[[...from.values()][0]]}`;
    if (!this.#of.target.swizzles) return text + printSwizzle(fixedSwizzle(from) ?? spread(from));
    return text + printSwizzle(spread(from));
  }

  /** Prints a source that is no literal. */
  swizzled(s: readonly [number, Operand][]): string {
    return this.source(s, undefined, false);
  }
}
