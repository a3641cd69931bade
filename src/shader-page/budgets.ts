import type { Usage } from '../d3d9/limits.ts';
import type { Stage } from './permalink.ts';

export interface Budget {
  readonly what: string;
  readonly used: number;
  readonly allowed: number;
}

export interface ChipBudgets {
  readonly chip: string;
  /** A sentence on what the figures mean on this chip. */
  readonly note: string;
  readonly budgets: readonly Budget[];
}

/**
 * How much of three chips a shader takes.
 *
 * - GMA 950: ps_2_0; it has no vertex shader unit: the CPU runs vs_2_0. Limits: Direct3D 9, "vs_2_0" and "ps_2_0" register tables.
 * - A ps_3_0 chip (GeForce 6 to 7, GMA X3100 and later): Direct3D 9, "vs_3_0" and "ps_3_0".
 * - Mali-400: what its driver answers to gl.getParameter (as webglreport.com and Mesa's lima list it): 256 vertex and 64
 *   fragment uniform vectors, 12 varyings, 8 fragment texture units and none in the vertex shader. It publishes no limit of
 *   instructions, so none is shown.
 */
export function chipBudgets(stage: Stage, usage: Usage): ChipBudgets[] {
  const vertex = stage === 'vertex';
  const common = (slots: number, constants: number, temporaries: number, interpolators: number): Budget[] => [
    { what: 'slots', used: usage.slots, allowed: slots },
    { what: 'constants', used: usage.constants, allowed: constants },
    { what: 'temporaries', used: usage.temporaries, allowed: temporaries },
    { what: 'interpolators', used: usage.interpolators, allowed: interpolators },
  ];
  return [
    {
      chip: 'GMA 950',
      note: vertex ? 'vs_2_0, run by the CPU: every slot is CPU time for every vertex.' : 'ps_2_0.',
      budgets: vertex
        ? common(256, 256, 12, 10)
        : [
            { what: 'arithmetic', used: usage.arithmetic, allowed: 64 },
            { what: 'texture', used: usage.texture, allowed: 32 },
            { what: 'dependent reads', used: usage.dependentReads, allowed: 4 },
            { what: 'constants', used: usage.constants, allowed: 32 },
            { what: 'temporaries', used: usage.temporaries, allowed: 12 },
            { what: 'interpolators', used: usage.interpolators, allowed: 10 },
          ],
    },
    {
      chip: 'ps_3_0 chip',
      note: vertex ? 'vs_3_0: GeForce 6, GMA X3100 and later.' : 'ps_3_0: GeForce 6, GMA X3100 and later.',
      budgets: vertex ? common(512, 256, 32, 12) : common(512, 224, 32, 10),
    },
    {
      chip: 'Mali-400',
      note: 'Held against the WebGL 1 limits of its driver; it counts instructions otherwise than Direct3D does.',
      budgets: [
        { what: 'constants', used: usage.constants, allowed: vertex ? 256 : 64 },
        { what: 'interpolators', used: usage.interpolators, allowed: 12 },
        { what: 'texture', used: usage.texture, allowed: vertex ? 0 : 8 },
      ],
    },
  ];
}

/** Part of a budget that is used, 0 or more; more than 1 does not fit. Nothing of nothing is 0. */
export function fill({ used, allowed }: Budget): number {
  if (allowed === 0) return used === 0 ? 0 : Number.POSITIVE_INFINITY;
  return used / allowed;
}
