import { AddressRegister } from './address.ts';
import { allocate } from './allocate.ts';
import { FIRST_UNIFORM, FIXED_REGISTERS } from './angle.ts';
import type { Variable } from './ast.ts';
import { type Node, TEX_BIAS, TEX_GRAD, TEX_LOD } from './graph.ts';
import { isExternal, type Operand } from './group.ts';
import { destination } from './lanes.ts';
import { byName, registersOf } from './layout.ts';
import { fixedSwizzle, type Literal, Literals } from './literals.ts';
import { type Placed, positionsOf } from './placed.ts';
import type { Registers } from './registers.ts';
import type { Target } from './target.ts';

/** One instruction of the listing. */
export interface Instruction {
  /** As Microsoft's compiler prints it. */
  readonly text: string;
  readonly op: string;
  /** Instruction slots that it takes; 0 for declarations. */
  readonly slots: number;
  /** Counts as a texture instruction. */
  readonly texture: boolean;
  /** GLSL lines that it comes from, ascending. */
  readonly lines: readonly number[];
}

/** Which registers the variables of the source got. */
export interface Bindings {
  readonly uniforms: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, number>>;
  readonly samplers: Readonly<Record<string, number>>;
}

export interface Listing {
  readonly bindings: Bindings;
  readonly instructions: Instruction[];
  readonly temporaries: number;
  readonly constants: number;
  readonly interpolators: number;
}

const LETTERS = 'xyzw';
const COMMUTATIVE = new Set(['add', 'mul', 'mad', 'min', 'max']);
const SCALAR = new Set(['rcp', 'rsq', 'exp', 'log', 'sincos']);
const SLOTS: Record<string, number> = { dp2add: 2, sincos: 8, nrm: 3, pow: 3, texldd: 3, texldl: 2 };

/** Prints the scheduled instructions, with their registers. */
export class Emitter {
  readonly #target: Target;
  readonly #registers: Registers;
  readonly #literals: Literals;
  readonly #physical: Map<import('./registers.ts').Register, number>;
  readonly #count: number;
  readonly #uniforms = new Map<Variable, number>();
  readonly #inputs = new Map<Variable, number>();
  readonly #inputLanes = new Map<string, number>();
  readonly #samplers = new Map<Variable, number>();
  readonly #body: Instruction[] = [];
  readonly #order: readonly Placed[];
  readonly #address: AddressRegister;
  #constantEnd = FIRST_UNIFORM;

  constructor(target: Target, order: readonly Placed[], registers: Registers) {
    this.#target = target;
    this.#order = order;
    this.#registers = registers;
    this.#literals = new Literals(target.swizzles);
    this.#address = new AddressRegister(order, registers);
    const { register, count } = allocate(order, registers, this.#address, target.swizzles);
    this.#physical = register;
    this.#count = count;
    this.#assignExternals();
  }

  emit(): Listing {
    this.#order.forEach((p, i) => void this.#group(p, i));
    const { defs, constants } = this.#definitions();
    const head: Instruction[] = [...defs, ...this.#declarations()];
    const registers = (m: ReadonlyMap<Variable, number>) => Object.fromEntries([...m].map(([v, r]) => [v.name, r]));
    const bindings = {
      uniforms: registers(this.#uniforms),
      inputs: registers(this.#inputs),
      samplers: registers(this.#samplers),
    };
    return {
      bindings,
      instructions: [...head, ...this.#body],
      temporaries: this.#count,
      constants,
      interpolators: this.#inputs.size,
    };
  }

  #assignExternals(): void {
    const used = new Map<Variable, number>();
    const inputs = new Set<Variable>();
    const samplers = new Map<Variable, number>();
    for (const { group } of this.#order) {
      const tex = group.tex;
      if (tex?.variable) samplers.set(tex.variable, Math.max(samplers.get(tex.variable) ?? 0, tex.lane + 1));
      for (const l of group.lanes) for (const { node } of l.args) this.#see(node, used, inputs);
    }
    let next = FIRST_UNIFORM;
    for (const [v, n] of [...used].sort(([a], [b]) => byName(a, b))) {
      const fixed = FIXED_REGISTERS.get(v);
      this.#uniforms.set(v, fixed ?? next);
      if (fixed === undefined) next += n;
    }
    this.#constantEnd = next;
    let input = 0;
    for (const v of [...inputs].sort(byName)) {
      this.#inputs.set(v, input);
      input += registersOf(v.type);
    }
    let sampler = 0;
    for (const [v, n] of [...samplers].sort(([a], [b]) => byName(a, b))) {
      this.#samplers.set(v, sampler);
      sampler += n;
    }
  }

  #see(node: Node, used: Map<Variable, number>, inputs: Set<Variable>): void {
    const v = node.variable;
    if (!v) return;
    if (node.op === 'uniform') {
      // An array is cut behind the last element in use; a matrix or struct is there as a whole.
      const element = v.type.count === undefined ? registersOf(v.type) : registersOf(v.type) / v.type.count;
      used.set(v, Math.max(used.get(v) ?? 0, (Math.floor(node.register / element) + 1) * element));
    }
    if (node.op === 'relative') used.set(v, registersOf(v.type));
    if (node.op === 'input') {
      inputs.add(v);
      const key = `${v.name}.${node.register}`;
      this.#inputLanes.set(key, (this.#inputLanes.get(key) ?? 0) | (1 << node.lane));
    }
  }

  #laneOf = (n: Node): number => {
    if (isExternal(n)) return n.lane;
    return this.#registers.of(n)?.pinned.get(n) ?? 0;
  };

  #temporary(n: Node): string {
    const r = this.#registers.of(n);
    return `r${(r && this.#physical.get(r)) ?? 0}`;
  }

  #name(n: Node): string {
    const v = n.variable;
    if (n.op === 'uniform' && v) return `c${(this.#uniforms.get(v) ?? 0) + n.register}`;
    if (n.op === 'relative' && v) return `c${(this.#uniforms.get(v) ?? 0) + n.register}[a0.${this.#address.lane(n.args[0])}]`;
    if (n.op === 'input' && v) {
      if (v.name === 'vFace') return 'vFace';
      return `${this.#target.name === 'ps_2_0' ? 't' : 'v'}${(this.#inputs.get(v) ?? 0) + n.register}`;
    }
    return this.#temporary(n);
  }

  #group(p: Placed, index: number): void {
    const { group } = p;
    for (const load of this.#address.before(index))
      this.#push(
        'mova',
        `mova a0${mask(load.map((_, i) => i))}, ${this.#swizzled(load.map((n, i): [number, Operand] => [i, { node: n, neg: false, abs: false }]))}`,
        load.flatMap(n => [...n.lines]),
      );
    if (group.op === 'texkill') {
      this.#push('texkill', `texkill ${this.#temporary(group.lanes[0].args[0].node)}`, lines(p));
      return;
    }
    if (group.op === 'tex') {
      this.#texture(p);
      return;
    }
    const all = group.lanes.map((_, i) => i);
    for (const part of this.#parts(p, all)) this.#instruction(p, part);
  }

  /** ps_2_0: lanes that one instruction can do together. */
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
    return p.group.lanes[0].args.every((a, arg) => {
      if (a.node.op === 'const') return true;
      return (
        fixedSwizzle(
          new Map(lanes.map(l => [destination(p, l, this.#laneOf), this.#laneOf(p.group.lanes[l].args[arg].node)])),
        ) !== undefined
      );
    });
  }

  #instruction(p: Placed, lanes: readonly number[]): void {
    const { group } = p;
    const to = lanes.map(l => destination(p, l, this.#laneOf));
    const target = p.output ?? this.#temporary(group.lanes[0].node);
    const positions = positionsOf(group).map(position =>
      group.vectors ? position : position.filter(at => lanes.includes(at.lane)),
    );
    const sources = positions.map(position =>
      position.map((at, i): [number, Operand] => [
        group.vectors ? i : destination(p, at.lane, this.#laneOf),
        group.lanes[at.lane].args[at.arg],
      ]),
    );
    if (group.op === 'sincos') {
      for (const s of sources) s.splice(1);
    }
    const literal = this.#placeLiterals(sources);
    let args = sources.map((s, i) => this.#source(s, literal[i], SCALAR.has(group.op)));
    let op = group.op;
    if (op === 'dp') {
      const n = group.vectors?.[0] ?? 4;
      op = n === 2 ? 'dp2add' : `dp${n}`;
      if (n === 2 && args.length === 2) args = [...args, this.#zero(sources)];
    }
    if (op === 'mul' && this.#isTwo(sources)) {
      op = 'add';
      args = [args[0], args[0]];
    } else if (COMMUTATIVE.has(op) && this.#swaps(op, sources)) args = [args[1], args[0], ...args.slice(2)];
    if (op === 'sincos' && this.#target.model === 2) args = [...args, ...this.#sincosConstants()];
    this.#push(op, `${op}${group.sat ? '_sat' : ''} ${target}${mask(to, p.output)}, ${args.join(', ')}`, lines(p));
  }

  /** Which of two factors or summands comes first: temporaries, then what the model reads first; of two temporary summands the later. */
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

  #zero(sources: readonly [number, Operand][][]): string {
    const values = sources
      .flat()
      .filter(([, o]) => o.node.op === 'const')
      .map(([, o]) => o.node.value);
    const [literal] = this.#literals.place(
      [new Map([0, ...values].map((v, i) => [i, v]))].slice(0, 1).map(() => new Map([[0, 0]])),
    );
    return `{${literal.register}}.${LETTERS[literal.lanes.get(0) ?? 0]}`;
  }

  #sincosConstants(): string[] {
    const rows = [
      [-1.55009923e-6, -2.17013894e-5, 0.00260416674, 0.00026041668],
      [-0.020833334, -0.125, 1, 0.5],
    ];
    return rows.map(row => `{${this.#literals.place([new Map(row.map((v, i) => [i, Math.fround(v)]))])[0].register}}`);
  }

  #placeLiterals(sources: readonly [number, Operand][][]): (Literal | undefined)[] {
    const constant = sources.map(s => s[0][1].node.op === 'const');
    if (!constant.includes(true)) return [];
    const wanted = sources.filter((_, i) => constant[i]).map(s => new Map(s.map(([to, o]) => [to, o.node.value])));
    const placed = this.#literals.place(wanted);
    let k = 0;
    return constant.map(c => (c ? placed[k++] : undefined));
  }

  #source(s: readonly [number, Operand][], literal: Literal | undefined, scalar: boolean): string {
    const [, first] = s[0];
    const name = literal ? `{${literal.register}}` : this.#name(first.node);
    const from = new Map(s.map(([lane, o]) => [lane, literal ? (literal.lanes.get(lane) ?? 0) : this.#laneOf(o.node)]));
    const text = `${first.neg ? '-' : ''}${name}${first.abs ? '_abs' : ''}`;
    if (scalar || s.length === 1) return `${text}.${LETTERS[[...from.values()][0]]}`;
    if (!this.#target.swizzles) return text + print(fixedSwizzle(from) ?? spread(from));
    return text + print(spread(from));
  }

  #swizzled(s: readonly [number, Operand][]): string {
    return this.#source(s, undefined, false);
  }

  #texture(p: Placed): void {
    const { group } = p;
    const tex = group.tex;
    if (!tex) return;
    const sampler = `s${(tex.variable && (this.#samplers.get(tex.variable) ?? 0) + tex.lane) ?? 0}`;
    const positions = positionsOf(group).map(position =>
      position.map((at, i): [number, Operand] => [i, group.lanes[0].args[at.arg]]),
    );
    const literal = this.#placeLiterals(positions);
    const args = positions.map((s, i) => this.#source(s, literal[i], false));
    const op =
      tex.register === TEX_BIAS ? 'texldb' : tex.register === TEX_LOD ? 'texldl' : tex.register === TEX_GRAD ? 'texldd' : 'texld';
    const target = p.output ?? this.#temporary(group.lanes[0].node);
    const [coordinate, ...more] = args;
    this.#push(op, `${op} ${[target, coordinate, sampler, ...more].join(', ')}`, lines(p), true);
  }

  #push(op: string, text: string, from: readonly number[], texture = false): void {
    this.#body.push({ op, text, slots: SLOTS[op] ?? 1, texture, lines: [...new Set(from)].sort((a, b) => a - b) });
  }

  /** Literals take the constant registers that ANGLE and the uniforms leave. */
  #definitions(): { defs: Instruction[]; constants: number } {
    const taken = new Set([...this.#uniforms].filter(([v]) => FIXED_REGISTERS.has(v)).map(([, r]) => r));
    let next = 0;
    const names = this.#literals.registers.map(() => {
      while (taken.has(next) || (next >= FIRST_UNIFORM && next < this.#constantEnd)) next++;
      return next++;
    });
    const defs = this.#literals.registers.map(
      (cells, i): Instruction => ({
        op: 'def',
        text: `def c${names[i]}, ${[0, 1, 2, 3].map(l => printNumber(cells[l] ?? 0)).join(', ')}`,
        slots: 0,
        texture: false,
        lines: [],
      }),
    );
    this.#body.forEach(
      (b, i) => void (this.#body[i] = { ...b, text: b.text.replace(/\{(\d+)\}/g, (_, r: string) => `c${names[Number(r)]}`) }),
    );
    return { defs, constants: Math.max(0, ...names.map(n => n + 1), this.#uniforms.size > 0 ? this.#constantEnd : 0) };
  }

  #declarations(): Instruction[] {
    const declare = (text: string): Instruction => ({ op: 'dcl', text, slots: 0, texture: false, lines: [] });
    const out: Instruction[] = [];
    for (const [v, first] of this.#inputs) {
      if (v.name === 'vFace') {
        out.push(declare('dcl vFace'));
        continue;
      }
      for (let r = 0; r < registersOf(v.type); r++) {
        const lanes = this.#inputLanes.get(`${v.name}.${r}`) ?? 0;
        if (lanes === 0) continue;
        const m = mask([0, 1, 2, 3].filter(l => lanes & (1 << l)));
        const n = first + r;
        if (this.#target.name === 'ps_2_0') out.push(declare(`dcl t${n}${m}`));
        else out.push(declare(`dcl_texcoord${n || ''} v${n}${this.#target.fragment ? m : ''}`));
      }
    }
    for (const [v, n] of this.#samplers) out.push(declare(`dcl_${v.type.base === 'samplerCube' ? 'cube' : '2d'} s${n}`));
    return out;
  }
}

function lines(p: Placed): number[] {
  return p.group.lanes.flatMap(l => [...l.node.lines, ...(l.node.op === 'copy' ? l.args.flatMap(a => [...a.node.lines]) : [])]);
}

function subsets(lanes: readonly number[]): number[][] {
  const out: number[][] = [];
  for (let m = (1 << lanes.length) - 1; m > 0; m--) out.push(lanes.filter((_, i) => m & (1 << i)));
  return out.sort((a, b) => b.length - a.length);
}

function mask(lanes: readonly number[], output?: string): string {
  const sorted = [...lanes].sort((a, b) => a - b);
  if (sorted.length === 4 || output === 'oPts' || output === 'oDepth') return '';
  return `.${sorted.map(l => LETTERS[l]).join('')}`;
}

/** The four lanes of a swizzle; what is not read keeps its own place. */
function spread(from: ReadonlyMap<number, number>): number[] {
  const read = new Set(from.values());
  return [0, 1, 2, 3].map(l => (read.size === 1 && from.size > 1 ? [...read][0] : (from.get(l) ?? l)));
}

function print(swizzle: readonly number[]): string {
  if (swizzle.every((s, i) => s === i)) return '';
  if (swizzle.every(s => s === swizzle[0])) return `.${LETTERS[swizzle[0]]}`;
  return `.${swizzle.map(s => LETTERS[s]).join('')}`;
}

/** %.9g, as the listing prints floats. */
function printNumber(v: number): string {
  if (Object.is(v, -0)) return '-0';
  const text = v.toPrecision(9);
  const [mantissa, exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  const size = Math.abs(v);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
    const [m, e] = v.toExponential(8).split('e');
    return `${m.replace(/\.?0+$/, '')}e${e[0]}${e.slice(1).padStart(3, '0')}`;
  }
  return exponent === undefined ? short : String(v);
}
