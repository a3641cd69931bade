/** The budgets of three chips and the part of each that a shader uses. */
import type { TargetUsage } from './compile/compiled.ts';
import type { Stage, Target } from './permalink.ts';

export interface Budget {
  readonly what: string;
  readonly used: number;
  readonly allowed: number;
}

export interface ChipBudgets {
  readonly chip: string;
  /** The target of the figures: the one that the chip runs. */
  readonly target: Target;
  /** A sentence that explains the figures for this chip. */
  readonly note: string;
  readonly budgets: readonly Budget[];
}

/**
 * The most slots that a device of shader model 3 can report (D3DCAPS9: MaxVertexShader30InstructionSlots and its pixel
 * counterpart).
 */
const MODEL_3_SLOTS = 32_768;

/**
 * Returns how much of three chips' limits a shader uses, each for the target that the chip runs.
 * A chip is left out until its target is compiled.
 *
 * - GMA 950: ps_2_0. It has no vertex shader unit, so the CPU runs vs_2_0. Limits: Direct3D 9, "vs_2_0" and "ps_2_0" register
 *   tables.
 * - A chip of shader model 3 (GeForce 6 to 7, GMA X3100 and later): Direct3D 9, "vs_3_0" and "ps_3_0".
 * - Mali-400: a model. Limits are what its driver returns from gl.getParameter (webglreport.com and Mesa's lima list them):
 *   256 vertex and 64 fragment uniform vectors, 12 varyings, 8 fragment texture units and none in the vertex shader.
 *   It publishes no instruction limit, so none is shown.
 */
export function chipBudgets(stage: Stage, usageOf: (target: Target) => TargetUsage | undefined): ChipBudgets[] {
  const vertex = stage === 'vertex';
  const chip = (name: string, target: Target, note: string, budgets: (usage: TargetUsage) => Budget[]): ChipBudgets[] => {
    const usage = usageOf(target);
    return usage ? [{ chip: name, target, note, budgets: budgets(usage) }] : [];
  };
  const common = (usage: TargetUsage, slots: number, constants: number, temporaries: number, interpolators: number): Budget[] => [
    { what: 'slots', used: usage.slots, allowed: slots },
    { what: 'constants', used: usage.constants, allowed: constants },
    { what: 'temporaries', used: usage.temporaries, allowed: temporaries },
    { what: 'interpolators', used: usage.interpolators, allowed: interpolators },
  ];
  const [two, three]: readonly [Target, Target] = vertex ? ['vs_2_0', 'vs_3_0'] : ['ps_2_0', 'ps_3_0'];
  return [
    ...chip(
      'GMA 950',
      two,
      vertex ? 'The CPU runs vs_2_0: every slot is CPU time for every vertex.' : 'It runs ps_2_0.',
      usage =>
        vertex
          ? common(usage, 256, 256, 12, 10)
          : [
              { what: 'arithmetic', used: usage.arithmetic, allowed: 64 },
              { what: 'texture', used: usage.texture, allowed: 32 },
              { what: 'dependent reads', used: usage.dependentReads, allowed: 4 },
              { what: 'constants', used: usage.constants, allowed: 32 },
              { what: 'temporaries', used: usage.temporaries, allowed: 12 },
              { what: 'interpolators', used: usage.interpolators, allowed: 10 },
            ],
    ),
    ...chip(
      'Shader model 3',
      three,
      `It runs ${three}: GeForce 6, GMA X3100 and later. Every device has 512 slots, one may report ${MODEL_3_SLOTS}.`,
      usage => (vertex ? common(usage, MODEL_3_SLOTS, 256, 32, 12) : common(usage, MODEL_3_SLOTS, 224, 32, 10)),
    ),
    ...chip(
      'Mali-400 (model)',
      three,
      'A model: the WebGL 1 limits of its driver. It counts instructions otherwise than Direct3D does, so none are shown.',
      usage => [
        { what: 'constants', used: usage.constants, allowed: vertex ? 256 : 64 },
        { what: 'interpolators', used: usage.interpolators, allowed: 12 },
        { what: 'texture units', used: usage.units, allowed: vertex ? 0 : 8 },
      ],
    ),
  ];
}

/** Returns the used part of a budget, 0 or more. More than 1 does not fit. Zero used of zero allowed is 0. */
export function fill({ used, allowed }: Budget): number {
  if (allowed === 0) return used === 0 ? 0 : Number.POSITIVE_INFINITY;
  return used / allowed;
}
