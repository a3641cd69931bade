/** The entry point of the compiler: GLSL source to listing, usage and errors. */
import { outputsOf } from './angle.ts';
import { coalesce } from './assembly/allocation/coalesce.ts';
import { coalesceBranches } from './assembly/allocation/coalesce-branches.ts';
import { chooseLanes } from './assembly/allocation/lanes.ts';
import { buildGroups } from './assembly/groups/build-groups.ts';
import { fuse } from './assembly/groups/fuse.ts';
import { readOperand } from './assembly/groups/group.ts';
import { Legalizer } from './assembly/legalize/legalize.ts';
import { Emitter } from './assembly/listing/emit.ts';
import type { Bindings, Instruction } from './assembly/listing/listing.ts';
import { schedule } from './assembly/schedule.ts';
import type { Stage } from './glsl/builtin-variables.ts';
import { LineNumbers } from './glsl/preprocess/line-numbers.ts';
import { readShader } from './glsl/read-shader.ts';
import { type CompileError, dependentReads, executedSlots, type Limit, limitsOf, type Usage } from './limits.ts';
import { ShaderError } from './shader-error.ts';
import { rewriteChains } from './symbols/chains/rewrite-chains.ts';
import { Elaborator } from './symbols/execution/elaborate.ts';
import { place } from './symbols/regions/place-in-blocks.ts';
import { TARGETS, type TargetName } from './target.ts';
import { Work } from './work-budget.ts';

export interface CompileOptions {
  readonly stage: Stage;
  readonly target: TargetName;
  /** The file name for messages. */
  readonly file?: string;
}

export interface CompileResult extends Usage {
  readonly target: TargetName;
  /** Empty where `errors` contains an error of the source. A shader that exceeds a limit still has its listing. */
  readonly listing: readonly Instruction[];
  /** The most slots that one vertex or pixel runs: every loop at its bound, both sides of each `if`. */
  readonly executed: number;
  readonly bindings: Bindings;
  readonly limits: readonly Limit[];
  readonly errors: readonly CompileError[];
}

/**
 * Compiles GLSL ES 1.00 to Direct3D 9 shader assembly, as ANGLE and Microsoft's compiler do.
 * Never throws for faults of the source: `errors` reports them.
 */
export function compileShader(source: string, options: CompileOptions): CompileResult {
  const target = TARGETS[options.target];
  const none = {
    target: options.target,
    listing: [],
    slots: 0,
    executed: 0,
    arithmetic: 0,
    texture: 0,
    constants: 0,
    temporaries: 0,
    interpolators: 0,
    dependentReads: 0,
    limits: [],
    bindings: { uniforms: {}, inputs: {}, samplers: {} },
  };
  if (target.fragment !== (options.stage === 'fragment')) {
    return { ...none, errors: [{ line: 0, column: 0, message: `${options.target} is no target for a ${options.stage} shader` }] };
  }
  const context: Context = { lines: new LineNumbers() };
  try {
    return compile(source, options, context);
  } catch (error) {
    if (!(error instanceof ShaderError)) throw error;
    const { column, message, line: row } = error;
    const { line } = error.reported ?? context.lines.of(row);
    const text = options.file ? `${options.file}: ${message}` : message;
    return { ...none, errors: [{ line, column, message: text, ...(row === line ? {} : { row }) }] };
  }
}

/** The longest listing that the compiler prints. Microsoft's compiler made 2,681 instructions of the largest real shader seen. */
const MAX_INSTRUCTIONS = 8000;
/** The same limit for the targets of shader model 2, which have 256 and 96 slots. */
const MAX_INSTRUCTIONS_2 = 2000;
const MAX_SOURCE = 1_000_000;

/** The facts about the source that are known when a later step fails. */
interface Context {
  lines: LineNumbers;
}

function compile(source: string, { stage, target: name }: CompileOptions, context: Context): CompileResult {
  const target = TARGETS[name];
  if (source.length > MAX_SOURCE)
    throw new ShaderError(`the source is longer than ${MAX_SOURCE} characters`, { line: 1, column: 1 });
  const work = new Work();
  const { program, lines } = readShader(source, stage, work);
  context.lines = lines;
  const computed = rewriteChains(new Elaborator(program, target, work).run());
  const { g } = computed.m;
  const pointSize = program.variables.some(v => v.name === 'gl_PointSize' && v.used);
  const outputs = outputsOf(computed, pointSize);
  const kills = computed.kills.map(k => readOperand(k, target));
  const roots = [...outputs.flatMap(o => o.lanes.flatMap(l => (l ? [l.node] : []))), ...kills.map(k => k.node)];
  const groups = buildGroups(target, place(roots, computed.regions), work);
  const most = target.model === 2 ? MAX_INSTRUCTIONS_2 : MAX_INSTRUCTIONS;
  if (groups.all.size > most) {
    throw new ShaderError(
      `the shader needs more than ${most} instructions; ${name} has ${target.slots} slots`,
      program.main.place,
    );
  }
  fuse(groups, outputs, kills);
  const legal = new Legalizer(groups, g, outputs);
  legal.run(kills);
  let order = schedule(groups, legal.placed, legal.kills, legal.flows);
  if (!target.swizzles) {
    chooseLanes(order, legal.registers, work);
    if (legal.mendVectors(order)) order = schedule(groups, legal.placed, legal.kills, legal.flows);
  }
  const regions = groups.placement.regions.map(r => r.region);
  const merged = coalesceBranches(coalesce(order, legal.registers, regions), legal.registers, regions);
  const { instructions, bindings, temporaries, constants, interpolators } = new Emitter(
    target,
    merged,
    legal.registers,
    work,
  ).emit();
  const texture = instructions.reduce((n, i) => n + (i.texture ? i.slots : 0), 0);
  const slots = instructions.reduce((n, i) => n + i.slots, 0);
  const counts = {
    slots,
    texture,
    arithmetic: slots - texture,
    constants,
    temporaries,
    interpolators,
    dependentReads: dependentReads(roots),
  };
  const { limits, errors } = limitsOf(target, counts, instructions);
  return { target: name, listing: instructions, executed: executedSlots(instructions), ...counts, bindings, limits, errors };
}
