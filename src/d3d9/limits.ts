/** The limits of a shader model and how much of each a shader uses. */
import type { Instruction } from './assembly/listing/listing.ts';
import type { Node } from './symbols/graph/graph.ts';
import type { Target } from './target.ts';

export interface CompileError {
  /** The line that a driver reports, from 1: #line directives count. 0 where the shader exceeds a limit of the target. */
  readonly line: number;
  readonly column: number;
  /** The line in the source text, where a #line directive renumbered it. */
  readonly row?: number;
  readonly message: string;
}

/** One budget of the target and the part that the shader uses. */
export interface Limit {
  readonly what: 'slots' | 'arithmetic' | 'texture' | 'constants' | 'temporaries' | 'interpolators' | 'dependent reads';
  readonly used: number;
  readonly allowed: number;
}

/** The resources of its target that a shader uses. */
export interface Usage {
  readonly slots: number;
  readonly arithmetic: number;
  readonly texture: number;
  /** The highest float constant register in use, plus one. */
  readonly constants: number;
  readonly temporaries: number;
  readonly interpolators: number;
  /** The length of the longest chain of texture reads, each of which supplies the next one's coordinates. */
  readonly dependentReads: number;
}

/** Returns the finite budgets, and an error for each exceeded one with the number and wording of Microsoft's compiler. */
export function limitsOf(
  target: Target,
  c: Usage,
  instructions: readonly Instruction[],
): { limits: Limit[]; errors: CompileError[] } {
  const all: Limit[] = [
    { what: 'slots', used: c.slots, allowed: target.slots },
    { what: 'arithmetic', used: c.arithmetic, allowed: target.arithmetic },
    { what: 'texture', used: c.texture, allowed: target.texture },
    { what: 'constants', used: c.constants, allowed: target.constants },
    { what: 'temporaries', used: c.temporaries, allowed: target.temporaries },
    { what: 'interpolators', used: c.interpolators, allowed: target.fragment ? target.interpolators : 16 },
    { what: 'dependent reads', used: c.dependentReads, allowed: target.dependentReads },
  ];
  const limits = all.filter(l => Number.isFinite(l.allowed));
  const errors: CompileError[] = [];
  const fail = (message: string) => void errors.push({ line: 0, column: 0, message });
  const hint = 'Consider increasing optimization level to reduce instruction count.';
  const over = (what: Limit['what']) => limits.find(l => l.what === what && l.used > l.allowed);
  const arithmetic = over('arithmetic');
  const texture = over('texture');
  const slots = over('slots');
  if (arithmetic)
    fail(
      `error X5608: Compiled shader code uses too many arithmetic instruction slots (${c.arithmetic}). Max. allowed by the target (${target.name}) is ${target.arithmetic}. ${hint}`,
    );
  if (texture && target.fragment)
    fail(
      `error X5609: Compiled shader code uses too many texture instruction slots (${c.texture}). Max. allowed by the target (${target.name}) is ${target.texture}. ${hint}`,
    );
  if (slots && !arithmetic && !texture)
    fail(
      `error ${target.fragment ? 'X5610' : 'X5615'}: Compiled shader code uses too many instruction slots (${c.slots}). Max. allowed by the target (${target.name}) is ${target.slots}. ${hint}`,
    );
  // Microsoft's compiler orders instructions so that fewer registers are live at a time. A small excess here fits there.
  if (c.temporaries > target.temporaries * 1.5)
    fail(`error X4505: maximum temp register index exceeded: ${c.temporaries} of ${target.temporaries}`);
  if (over('constants'))
    fail(`error X4507: maximum number of constant registers exceeded: ${c.constants} of ${target.constants}`);
  if (over('interpolators'))
    fail(`error X4506: ${target.name} input limit (${target.interpolators}) exceeded: ${c.interpolators}`);
  if (over('dependent reads'))
    fail(
      `error X5600: texture reads depend on each other ${c.dependentReads} levels deep; ${target.name} allows ${target.dependentReads}`,
    );
  const words = instructions.map(i => i.text);
  const outputs = 1 + Math.max(-1, ...words.map(t => Number(/ o(?:T)?(\d+)/.exec(t)?.[1] ?? -1)));
  if (!target.fragment && outputs > target.outputs)
    fail(
      target.model === 2
        ? `error X4502: invalid output semantic 'TEXCOORD${target.outputs}': Legal indices are in [0,${target.outputs - 1}]`
        : `error X5629: Invalid register number: ${target.outputs}. Max allowed for o# register is ${target.outputs - 1}.`,
    );
  const samplers = words.filter(t => /^dcl_(2d|cube)/.test(t)).length;
  if (samplers > target.samplers)
    fail(`error X4510: maximum ${target.name} sampler register index (${target.samplers}) exceeded: ${samplers} samplers`);
  if (target.name === 'ps_2_0') {
    if (instructions.some(i => i.op === 'texldl')) fail('error X4532: texlod not supported on this target');
    if (words.some(t => t === 'dcl vFace')) fail("error X4502: invalid ps_2_0 input semantic 'VFACE'");
    if (instructions.some(i => i.op === 'dsx' || i.op === 'dsy'))
      fail(`error X4532: cannot map expression to ps_2_0 instruction set`);
  }
  if (target.name === 'vs_2_0' && c.texture > 0) fail('error X4545: vs_2_0 target does not support texture lookups');
  return { limits, errors };
}

/** Counts the most slots that one vertex or pixel runs: every loop at its bound, both sides of each `if`. */
export function executedSlots(instructions: readonly Instruction[]): number {
  const counts = new Map<string, number>();
  const runs = [1];
  let total = 0;
  for (const { op, text, slots } of instructions) {
    const [, name, count] = /^defi (i\d+), (\d+)/.exec(text) ?? [];
    if (name) counts.set(name, Number(count));
    const now = runs[runs.length - 1];
    // The end of a loop runs once an iteration.
    total += slots * now;
    if (op === 'rep') runs.push(now * (counts.get(text.slice(4)) ?? 1));
    else if (op === 'endrep') runs.pop();
  }
  return total;
}

/** Returns the length of the longest chain of dependent texture reads. */
export function dependentReads(roots: readonly Node[]): number {
  const level = new Map<Node, number>();
  const stack = [...roots];
  for (let n = stack.at(-1); n; n = stack.at(-1)) {
    if (level.has(n)) {
      stack.pop();
      continue;
    }
    const open = n.args.filter(a => !level.has(a));
    if (open.length > 0) {
      for (const a of open) stack.push(a);
      continue;
    }
    const inner = Math.max(0, ...n.args.map(a => level.get(a) ?? 0));
    level.set(n, n.op === 'tex' ? inner + 1 : inner);
    stack.pop();
  }
  return Math.max(0, Math.max(0, ...roots.map(r => level.get(r) ?? 0)) - 1);
}
