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
