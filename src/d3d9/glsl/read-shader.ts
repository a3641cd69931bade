import { ShaderError } from '../shader-error.ts';
import type { Work } from '../work-budget.ts';
import type { Stage } from './builtin-variables.ts';
import { Checker, type Program } from './check/checker.ts';
import { Parser } from './parse/parser.ts';
import type { LineNumbers } from './preprocess/line-numbers.ts';
import { Preprocessor } from './preprocess/preprocessor.ts';

export interface CheckedShader {
  readonly program: Program;
  readonly lines: LineNumbers;
}

/**
 * Reads the source of a WebGL 1 shader: preprocesses, parses and checks it.
 *
 * @throws ShaderError where ANGLE rejects the shader. `reported` has the line that #line sets.
 */
export function readShader(source: string, stage: Stage, work: Work): CheckedShader {
  const preprocessor = new Preprocessor(work);
  try {
    const tokens = preprocessor.run(source);
    const unit = new Parser(tokens, stage, work).parse();
    const program = new Checker(stage, preprocessor.extensions).check(unit);
    return { program, lines: preprocessor.lines };
  } catch (error) {
    if (error instanceof ShaderError) error.reported = preprocessor.lines.of(error.line);
    throw error;
  }
}
