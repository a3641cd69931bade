import { FIRST_UNIFORM, FIXED_REGISTERS } from '../../angle.ts';
import type { Variable } from '../../glsl/ast.ts';
import { TEX_BIAS, TEX_GRAD, TEX_LOD } from '../../symbols/graph/graph.ts';
import type { Region } from '../../symbols/regions/region.ts';
import type { Target } from '../../target.ts';
import type { Work } from '../../work-budget.ts';
import { AddressRegister } from '../allocation/address.ts';
import { allocate } from '../allocation/allocate.ts';
import { destination } from '../allocation/lanes.ts';
import { isExternal, type Operand } from '../groups/group.ts';
import { fixedSwizzle, Literals } from '../literals.ts';
import { type Placed, positionsOf } from '../placed-instruction.ts';
import type { Registers } from '../registers.ts';
import { ExternalRegisters } from './external-registers.ts';
import type { Instruction, Listing } from './listing.ts';
import { Operands } from './operands.ts';
import { LETTERS, mask, printNumber } from './print.ts';

const COMMUTATIVE = new Set(['add', 'mul', 'mad', 'min', 'max']);
const SCALAR = new Set(['rcp', 'rsq', 'exp', 'log', 'sincos']);
const SLOTS: Record<string, number> = {
  dp2add: 2,
  sincos: 8,
  nrm: 3,
  pow: 3,
  texldd: 3,
  texldl: 2,
  rep: 3,
  endrep: 2,
  if_lt: 3,
  if_ge: 3,
  if_eq: 3,
  if_ne: 3,
  break_ne: 3,
};

/** Prints the scheduled instructions with their registers. */
export class Emitter {
  readonly #target: Target;
  readonly #literals: Literals;
  readonly #count: number;
  readonly #externals: ExternalRegisters;
  readonly #body: Instruction[] = [];
  readonly #order: readonly Placed[];
  readonly #address: AddressRegister;
  readonly #operands: Operands;
  /** The iteration count of loops, indexed by their integer constant. */
  readonly #counts: number[] = [];

  constructor(target: Target, order: readonly Placed[], registers: Registers, work: Work) {
    this.#target = target;
    this.#order = order;
    this.#externals = new ExternalRegisters(target, order);
    this.#literals = new Literals(target.swizzles);
    this.#address = new AddressRegister(order, registers);
    const { register, count } = allocate(order, registers, this.#address, target.swizzles, work);
    this.#count = count;
    const [literals, externals, address] = [this.#literals, this.#externals, this.#address];
    this.#operands = new Operands({ target, registers, physical: register, literals, externals, address });
  }

  emit(): Listing {
    this.#order.forEach((p, i) => void this.#group(p, i));
    const { defs, constants } = this.#definitions();
    const counts = this.#counts.map((n, i) => declaration('defi', `defi i${i}, ${n}, 0, 0, 0`));
    const head: Instruction[] = [...defs, ...counts, ...this.#externals.declarations().map(text => declaration('dcl', text))];
    const registers = (m: ReadonlyMap<Variable, number>) => Object.fromEntries([...m].map(([v, r]) => [v.name, r]));
    const bindings = {
      uniforms: registers(this.#externals.uniforms),
      inputs: registers(this.#externals.inputs),
      samplers: registers(this.#externals.samplers),
    };
    return {
      bindings,
      instructions: [...head, ...this.#body],
      temporaries: this.#count,
      constants,
      interpolators: this.#externals.inputs.size,
    };
  }

  #group(p: Placed, index: number): void {
    const { group } = p;
    for (const load of this.#address.before(index))
      this.#push(
        'mova',
        `mova a0${mask(load.map((_, i) => i))}, ${this.#operands.swizzled(load.map((n, i): [number, Operand] => [i, { node: n, neg: false, abs: false }]))}`,
        load.flatMap(n => [...n.lines]),
      );
    if (group.region && group.lanes.length === 0) {
      this.#flow(group.op, group.region);
      return;
    }
    if (group.op === 'texkill') {
      this.#push('texkill', `texkill ${this.#operands.temporary(group.lanes[0].args[0].node)}`, lines(p));
      return;
    }
    if (group.op === 'tex') {
      this.#texture(p);
      return;
    }
    const all = group.lanes.map((_, i) => i);
    for (const part of this.#parts(p, all)) this.#instruction(p, part);
  }

  #flow(op: string, region: Region): void {
    const from = region.line > 0 ? [region.line] : [];
    if (op === 'rep') {
      if (!this.#counts.includes(region.count)) this.#counts.push(region.count);
      this.#push('rep', `rep i${this.#counts.indexOf(region.count)}`, from);
    } else if (op === 'break') {
      // A comparison that always holds: Microsoft's compiler emits no other unconditional `break`.
      const [one] = this.#literals.place([new Map([[0, 1]])]);
      const source = `{${one.register}}.${LETTERS[one.lanes.get(0) ?? 0]}`;
      this.#push('break_ne', `break_ne ${source}, -${source}`, from);
    } else this.#push(op, op, from);
  }

  /** ps_2_0: splits lanes into the sets that one instruction can compute. */
  #parts(p: Placed, lanes: number[]): number[][] {
    const { group } = p;
    if (group.vectors || this.#target.swizzles || SCALAR.has(group.op)) return [lanes];
    const out: number[][] = [];
    let left = lanes;
    while (left.length > 0) {
      const best = subsets(left).find(s => this.#legal(p, s)) ?? [left[0]];
      out.push(best);
      left = left.filter(l => !best.includes(l));
    }
    return out;
  }

  #legal(p: Placed, lanes: readonly number[]): boolean {
    const literals = p.group.lanes[0].args.flatMap((a, arg) =>
      a.node.op === 'const'
        ? [new Map(lanes.map(l => [destination(p, l, this.#operands.laneOf), p.group.lanes[l].args[arg].node.value]))]
        : [],
    );
    if (literals.length > 1 && !this.#literals.canPlace(literals)) return false;
    return p.group.lanes[0].args.every((a, arg) => {
      if (a.node.op === 'const') return true;
      return (
        fixedSwizzle(
          new Map(
            lanes.map(l => [destination(p, l, this.#operands.laneOf), this.#operands.laneOf(p.group.lanes[l].args[arg].node)]),
          ),
        ) !== undefined
      );
    });
  }

  #instruction(p: Placed, lanes: readonly number[]): void {
    const { group } = p;
    const to = lanes.map(l => destination(p, l, this.#operands.laneOf));
    const target = p.output ?? this.#operands.temporary(group.lanes[0].node);
    const positions = positionsOf(group).map(position =>
      group.vectors ? position : position.filter(at => lanes.includes(at.lane)),
    );
    const sources = positions.map(position =>
      position.map((at, i): [number, Operand] => [
        group.vectors ? i : destination(p, at.lane, this.#operands.laneOf),
        group.lanes[at.lane].args[at.arg],
      ]),
    );
    if (group.op === 'sincos') {
      for (const s of sources) s.splice(1);
    }
    const literal = this.#operands.placeLiterals(sources);
    let args = sources.map((s, i) => this.#operands.source(s, literal[i], SCALAR.has(group.op)));
    let op = group.op;
    if (op === 'dp') {
      const n = group.vectors?.[0] ?? 4;
      op = n === 2 ? 'dp2add' : `dp${n}`;
      if (n === 2 && args.length === 2) args = [...args, this.#operands.zero(sources)];
    }
    if (op === 'mul' && this.#isTwo(sources)) {
      op = 'add';
      args = [args[0], args[0]];
    } else if (COMMUTATIVE.has(op) && this.#swaps(op, sources)) args = [args[1], args[0], ...args.slice(2)];
    if (op === 'sincos' && this.#target.model === 2) args = [...args, ...this.#operands.sincosConstants()];
    if (group.region) this.#push(op, `${op} ${args.join(', ')}`, [group.region.line]);
    else this.#push(op, `${op}${group.sat ? '_sat' : ''} ${target}${mask(to, p.output)}, ${args.join(', ')}`, lines(p));
  }

  /**
   * Decides the order of two factors or summands: temporaries first, then the operand that the model reads first. Of two
   * temporary summands, the later comes first.
   */
  #swaps(op: string, sources: readonly [number, Operand][][]): boolean {
    const [a, b] = sources.map(s => s[0][1]);
    const rank = ({ node }: Operand) =>
      !isExternal(node)
        ? 0
        : node.op === 'relative'
          ? 1
          : node.op === 'input'
            ? 3
            : node.op === 'const'
              ? this.#target.model === 3
                ? 2
                : 4
              : this.#target.model === 3
                ? 2
                : 3;
    if (rank(a) !== rank(b)) return rank(a) > rank(b);
    return op === 'add' && rank(a) <= 1 && !a.neg && !b.neg;
  }

  #isTwo(sources: readonly [number, Operand][][]): boolean {
    return sources[1].every(([, o]) => o.node.op === 'const' && o.node.value === 2 && !o.neg);
  }

  #texture(p: Placed): void {
    const { group } = p;
    const tex = group.tex;
    if (!tex) return;
    const sampler = `s${(tex.variable && (this.#externals.samplers.get(tex.variable) ?? 0) + tex.lane) ?? 0}`;
    const positions = positionsOf(group).map(position =>
      position.map((at, i): [number, Operand] => [i, group.lanes[0].args[at.arg]]),
    );
    const literal = this.#operands.placeLiterals(positions);
    const args = positions.map((s, i) => this.#operands.source(s, literal[i], false));
    const op =
      tex.register === TEX_BIAS ? 'texldb' : tex.register === TEX_LOD ? 'texldl' : tex.register === TEX_GRAD ? 'texldd' : 'texld';
    const target = p.output ?? this.#operands.temporary(group.lanes[0].node);
    const [coordinate, ...more] = args;
    this.#push(op, `${op} ${[target, coordinate, sampler, ...more].join(', ')}`, lines(p), true);
  }

  #push(op: string, text: string, from: readonly number[], texture = false): void {
    this.#body.push({ op, text, slots: SLOTS[op] ?? 1, texture, lines: [...new Set(from)].sort((a, b) => a - b) });
  }

  /** Places literals in the constant registers that ANGLE and the uniforms leave free. */
  #definitions(): { defs: Instruction[]; constants: number } {
    const taken = new Set([...this.#externals.uniforms].filter(([v]) => FIXED_REGISTERS.has(v)).map(([, r]) => r));
    let next = 0;
    const names = this.#literals.registers.map(() => {
      while (taken.has(next) || (next >= FIRST_UNIFORM && next < this.#externals.constantEnd)) next++;
      return next++;
    });
    const defs = this.#literals.registers.map((cells, i) =>
      declaration('def', `def c${names[i]}, ${[0, 1, 2, 3].map(l => printNumber(cells[l] ?? 0)).join(', ')}`),
    );
    this.#body.forEach(
      (b, i) => void (this.#body[i] = { ...b, text: b.text.replace(/\{(\d+)\}/g, (_, r: string) => `c${names[Number(r)]}`) }),
    );
    return {
      defs,
      constants: Math.max(0, ...names.map(n => n + 1), this.#externals.uniforms.size > 0 ? this.#externals.constantEnd : 0),
    };
  }
}

/** Makes a line of the listing that takes no instruction slot. */
function declaration(op: string, text: string): Instruction {
  return { op, text, slots: 0, texture: false, lines: [] };
}

function lines(p: Placed): number[] {
  return p.group.lanes.flatMap(l => [...l.node.lines, ...(l.node.op === 'copy' ? l.args.flatMap(a => [...a.node.lines]) : [])]);
}

function subsets(lanes: readonly number[]): number[][] {
  const out: number[][] = [];
  for (let m = (1 << lanes.length) - 1; m > 0; m--) out.push(lanes.filter((_, i) => m & (1 << i)));
  return out.sort((a, b) => b.length - a.length);
}
