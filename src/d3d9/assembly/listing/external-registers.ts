import { FIRST_UNIFORM, FIXED_REGISTERS } from '../../angle.ts';
import type { Variable } from '../../glsl/ast.ts';
import { byName, registersOf } from '../../layout.ts';
import type { Node } from '../../symbols/graph/graph.ts';
import type { Target } from '../../target.ts';
import type { Placed } from '../placed-instruction.ts';
import { mask } from './print.ts';

/** Assigns the first registers of the uniforms, inputs and samplers that a listing reads, as ANGLE does. */
export class ExternalRegisters {
  readonly uniforms = new Map<Variable, number>();
  readonly inputs = new Map<Variable, number>();
  readonly samplers = new Map<Variable, number>();
  /** The first constant register after the last uniform's. */
  readonly constantEnd: number;
  readonly #target: Target;
  readonly #inputLanes = new Map<string, number>();

  constructor(target: Target, order: readonly Placed[]) {
    this.#target = target;
    const used = new Map<Variable, number>();
    const inputs = new Set<Variable>();
    const samplers = new Map<Variable, number>();
    for (const { group } of order) {
      const tex = group.tex;
      if (tex?.variable) samplers.set(tex.variable, Math.max(samplers.get(tex.variable) ?? 0, tex.lane + 1));
      for (const l of group.lanes) for (const { node } of l.args) this.#see(node, used, inputs);
    }
    let next = FIRST_UNIFORM;
    for (const [v, n] of [...used].sort(([a], [b]) => byName(a, b))) {
      const fixed = FIXED_REGISTERS.get(v);
      this.uniforms.set(v, fixed ?? next);
      if (fixed === undefined) next += n;
    }
    this.constantEnd = next;
    let input = 0;
    for (const v of [...inputs].sort(byName)) {
      this.inputs.set(v, input);
      input += registersOf(v.type);
    }
    let sampler = 0;
    for (const [v, n] of [...samplers].sort(([a], [b]) => byName(a, b))) {
      this.samplers.set(v, sampler);
      sampler += n;
    }
  }

  #see(node: Node, used: Map<Variable, number>, inputs: Set<Variable>): void {
    const v = node.variable;
    if (!v) return;
    if (node.op === 'uniform') {
      // An array ends after the last element in use. A matrix or struct is always whole.
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

  /** Returns the declarations of the inputs and samplers. */
  declarations(): string[] {
    const out: string[] = [];
    for (const [v, first] of this.inputs) {
      if (v.name === 'vFace') {
        out.push('dcl vFace');
        continue;
      }
      for (let r = 0; r < registersOf(v.type); r++) {
        const lanes = this.#inputLanes.get(`${v.name}.${r}`) ?? 0;
        if (lanes === 0) continue;
        const m = mask([0, 1, 2, 3].filter(l => lanes & (1 << l)));
        const n = first + r;
        if (this.#target.name === 'ps_2_0') out.push(`dcl t${n}${m}`);
        else out.push(`dcl_texcoord${n || ''} v${n}${this.#target.fragment ? m : ''}`);
      }
    }
    for (const [v, n] of this.samplers) out.push(`dcl_${v.type.base === 'samplerCube' ? 'cube' : '2d'} s${n}`);
    return out;
  }
}
