/** Reads and writes of variables and their parts during symbolic execution. */
import type { Expression, Variable } from '../../glsl/ast.ts';
import { elementOf, isMatrix, sizeOf, type Type } from '../../glsl/type.ts';
import { cellsOf, registersOf } from '../../layout.ts';
import { ShaderError } from '../../shader-error.ts';
import type { Algebra } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import type { Arithmetic } from '../values/arithmetic.ts';
import type { Execution } from './execution.ts';

/** A part of a variable: the scalars `lanes` from `start`, shifted by computed indices. */
export interface Path {
  readonly variable: Variable;
  readonly start: number;
  readonly type: Type;
  readonly lanes: readonly number[] | undefined;
  readonly steps: readonly { index: Node; scalars: number; registers: number; count: number; array: boolean }[];
}

/** Reads and writes variables and their members, elements and swizzles. */
export class VariableParts {
  readonly #execution: Execution;
  readonly #m: Arithmetic;
  readonly #g: Algebra;
  readonly #value: (e: Expression) => Node[];

  /** @param value - evaluates an index. */
  constructor(execution: Execution, value: (e: Expression) => Node[]) {
    this.#execution = execution;
    this.#m = execution.m;
    this.#g = execution.g;
    this.#value = value;
  }

  /**
   * Finds the part of a variable that an expression names.
   * Undefined where it names no variable, or indexes a swizzle by an unknown number.
   */
  resolve(e: Expression): Path | undefined {
    if (e.kind === 'name') return e.variable && { variable: e.variable, start: 0, type: e.type, lanes: undefined, steps: [] };
    if (e.kind === 'member') {
      const object = this.resolve(e.object);
      if (!object) return undefined;
      const struct = e.object.type.struct;
      if (struct) {
        let start = object.start;
        for (const f of struct.fields) {
          if (f.name === e.member) break;
          start += sizeOf(f.type);
        }
        return { ...object, start, type: e.type };
      }
      const lanes = e.lanes ?? [];
      return { ...object, type: e.type, lanes: object.lanes ? lanes.map(l => object.lanes?.[l] ?? l) : lanes };
    }
    if (e.kind !== 'index') return undefined;
    const object = this.resolve(e.object);
    if (!object) return undefined;
    const [index] = this.#value(e.index);
    const t = e.object.type;
    const element = t.count !== undefined ? elementOf(t) : e.type;
    const scalars = sizeOf(element);
    const count = t.count ?? (isMatrix(t) ? t.columns : t.rows);
    if (index.op === 'const') {
      const k = Math.min(count - 1, Math.max(0, index.value));
      if (object.lanes) return { ...object, type: e.type, lanes: [object.lanes[k]] };
      return { ...object, type: e.type, start: object.start + k * scalars };
    }
    if (object.lanes) return undefined;
    const step = { index, scalars, registers: registersOf(element), count, array: t.count !== undefined };
    return { ...object, type: e.type, steps: [...object.steps, step] };
  }

  /** Selects the element at `index`, by comparisons where it is computed. The index is clamped to the ends. */
  pick(elements: Node[][], index: Node): Node[] {
    if (index.op === 'const') return elements[Math.min(elements.length - 1, Math.max(0, index.value))];
    let value = elements[elements.length - 1];
    for (let k = elements.length - 2; k >= 0; k--)
      value = this.#m.select.choose(this.#m.select.eq(index, this.#g.constant(k)), elements[k], value);
    return value;
  }

  /** Returns the scalars of a part. */
  read(path: Path): Node[] {
    const size = path.lanes ? 0 : sizeOf(path.type);
    const offsets = path.lanes ? path.lanes.map(l => path.start + l) : Array.from({ length: size }, (_, i) => path.start + i);
    if (path.steps.length === 0) {
      const all = this.#execution.variables.get(path.variable) ?? path.variable.constant?.map(v => this.#g.constant(v)) ?? [];
      return offsets.map(o => all[o]);
    }
    const relative = path.variable.storage === 'uniform' && !this.#g.target.fragment && path.steps.every(s => s.array);
    if (relative) return this.#readRelative(path, offsets);
    const [step, ...rest] = path.steps;
    const elements = Array.from({ length: step.count }, (_, k) =>
      this.read({ ...path, steps: rest, start: path.start + k * step.scalars }),
    );
    return this.pick(elements, step.index);
  }

  /** Reads a uniform array at a computed index, clamped as ANGLE does: a[int(clamp(float(i), 0.0, N - 1.0))]. */
  #readRelative(path: Path, offsets: readonly number[]): Node[] {
    const g = this.#g;
    let address = g.zero;
    for (const s of path.steps) {
      g.begin();
      const low = g.max(s.index, g.zero);
      g.begin();
      const clamped = g.min(low, g.constant(s.count - 1));
      g.begin();
      address = g.add(address, g.mul(clamped, g.constant(s.registers)));
    }
    const cells = cellsOf(path.variable.type);
    g.begin();
    return offsets.map(o =>
      g.node('relative', [address], { variable: path.variable, register: cells[o].register, lane: cells[o].lane }),
    );
  }

  /** Assigns a value to the part that an expression names. @throws ShaderError where the expression is not assignable. */
  assign(e: Expression, value: readonly Node[]): void {
    const path = this.resolve(e);
    if (!path) throw new ShaderError('this cannot be written', e.place);
    this.#write(path, value);
  }

  #write(path: Path, value: readonly Node[]): void {
    if (path.steps.length === 0) {
      const all = [...(this.#execution.variables.get(path.variable) ?? [])];
      if (path.lanes) path.lanes.forEach((l, i) => void (all[path.start + l] = value[i]));
      else value.forEach((v, i) => void (all[path.start + i] = v));
      this.#execution.variables.set(path.variable, all);
      return;
    }
    const [step, ...rest] = path.steps;
    for (let k = 0; k < step.count; k++) {
      const element = { ...path, steps: rest, start: path.start + k * step.scalars };
      const old = this.read(element);
      this.#write(element, this.#m.select.choose(this.#m.select.eq(step.index, this.#g.constant(k)), value, old));
    }
  }
}
