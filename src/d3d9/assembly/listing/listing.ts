/** The result of the assembler: instructions and register bindings. */

/** One instruction of the listing. */
export interface Instruction {
  /** The text as Microsoft's compiler prints it. */
  readonly text: string;
  readonly op: string;
  /** The number of instruction slots, 0 for declarations. */
  readonly slots: number;
  /** True where it counts as a texture instruction. */
  readonly texture: boolean;
  /** The GLSL lines that it comes from, ascending. */
  readonly lines: readonly number[];
}

/** The registers assigned to the source's variables. */
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
