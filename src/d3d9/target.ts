/** The Direct3D 9 shader models that ANGLE compiles WebGL 1 shaders for. */
export const TARGET_NAMES = ['vs_2_0', 'vs_3_0', 'ps_2_0', 'ps_3_0'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/**
 * The features and limits of a shader model.
 * Source: the Direct3D 9 shader model reference and listings of Microsoft's compiler.
 */
export interface Target {
  readonly name: TargetName;
  readonly fragment: boolean;
  readonly model: 2 | 3;
  /** Results can be clamped to 0…1 at no cost. */
  readonly saturate: boolean;
  /** |x| is a source modifier (otherwise an instruction). */
  readonly absModifier: boolean;
  /** The instruction dp2add exists. */
  readonly dp2: boolean;
  /** Sources may use any swizzle. ps_2_0 has seven. */
  readonly swizzles: boolean;
  readonly slots: number;
  readonly arithmetic: number;
  readonly texture: number;
  readonly constants: number;
  readonly temporaries: number;
  readonly interpolators: number;
  readonly dependentReads: number;
  /** The number of output registers of a vertex shader. */
  readonly outputs: number;
  readonly samplers: number;
}

const many = Number.POSITIVE_INFINITY;
/** The limit of the devices (D3DMAX30SHADERINSTRUCTIONS). Every device guarantees 512; the compiler has no limit of its own. */
const MODEL_3_SLOTS = 32_768;

export const TARGETS: Readonly<Record<TargetName, Target>> = {
  vs_2_0: {
    name: 'vs_2_0',
    fragment: false,
    model: 2,
    saturate: false,
    absModifier: false,
    dp2: false,
    swizzles: true,
    slots: 256,
    arithmetic: many,
    texture: 0,
    constants: 256,
    temporaries: 12,
    interpolators: 8,
    dependentReads: many,
    outputs: 8,
    samplers: 0,
  },
  vs_3_0: {
    name: 'vs_3_0',
    fragment: false,
    model: 3,
    saturate: true,
    absModifier: true,
    dp2: false,
    swizzles: true,
    slots: MODEL_3_SLOTS,
    arithmetic: many,
    texture: many,
    constants: 256,
    temporaries: 32,
    interpolators: 12,
    dependentReads: many,
    outputs: 12,
    samplers: 4,
  },
  ps_2_0: {
    name: 'ps_2_0',
    fragment: true,
    model: 2,
    saturate: true,
    absModifier: false,
    dp2: true,
    swizzles: false,
    slots: 96,
    arithmetic: 64,
    texture: 32,
    constants: 32,
    temporaries: 12,
    interpolators: 8,
    dependentReads: 4,
    outputs: 1,
    samplers: 16,
  },
  ps_3_0: {
    name: 'ps_3_0',
    fragment: true,
    model: 3,
    saturate: true,
    absModifier: true,
    dp2: true,
    swizzles: true,
    slots: MODEL_3_SLOTS,
    arithmetic: many,
    texture: many,
    constants: 224,
    temporaries: 32,
    interpolators: 10,
    dependentReads: many,
    outputs: 1,
    samplers: 16,
  },
};
