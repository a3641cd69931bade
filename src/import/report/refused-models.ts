/** Keeps the models that an import leaves out. */
import { FormatError } from '../../core/errors.ts';

/** A model that was left out, as the report has it. */
export interface LeftOut {
  /** The file as the user named it; within an archive, `pack.zip/models/chair.glb`. */
  readonly file: string;
  /** One sentence with the cause, the place, the value and the file. */
  readonly message: string;
}

/** A file that cannot be imported, and why. */
export interface Refused {
  readonly file: string;
  readonly error: FormatError;
}

/** Several files cannot be imported, so nothing is written. */
export class UnreadableModels extends Error {
  override readonly name = 'UnreadableModels';
  readonly errors: readonly FormatError[];
  /** Why nothing is written. */
  readonly why: string;

  constructor(errors: readonly FormatError[], why: string) {
    super([...errors.map(error => error.message), why].join('\n'));
    this.errors = errors;
    this.why = why;
  }
}

/** Collects what cannot be imported, while the rest goes on. */
export class RefusedModels {
  readonly #strict: boolean;
  readonly #refused: Refused[];

  /** @param strict - whether the rest may not go on. */
  constructor(before: readonly Refused[], strict: boolean) {
    this.#refused = [...before];
    this.#strict = strict;
  }

  get leftOut(): LeftOut[] {
    return this.#refused.map(({ file, error }) => ({ file, message: error.message }));
  }

  add(file: string, error: FormatError): void {
    this.#refused.push({ file, error });
  }

  /** Resolves with the model of a file. A FormatError is kept, and the result is undefined. */
  async orLeftOut<T>(file: string, reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.add(file, error);
      return undefined;
    }
  }

  /**
   * Ends the import where nothing can be written.
   *
   * @param left - number of models that are sound.
   * @throws the error of the only file that is refused, or UnreadableModels.
   */
  check(left: number): void {
    const [first, second] = this.#refused;
    if (!first || (left > 0 && !this.#strict)) return;
    if (!second) throw first.error;
    const why = left === 0 ? 'no model can be imported' : '--strict: one model that cannot be imported refuses all';
    throw new UnreadableModels(
      this.#refused.map(({ error }) => error),
      `${why}; nothing is written`,
    );
  }
}
