import type { Expression } from '../../glsl/ast.ts';
import type { Candidate, Edit } from '../hint.ts';
import { expressionsOf, NotInSource, type ShaderText } from '../shader-text.ts';

/**
 * The values that WebGL gives to missing components of an attribute: `vec4(a, 1.0)` of three floats, `vec4(a, 0.0, 1.0)` of two.
 */
const FILL: Readonly<Record<number, readonly number[]>> = { 2: [0, 1], 3: [1] };

/**
 * Suggests a vec4 attribute in place of `vec4(position, 1.0)`. The constructor writes the 1 for every vertex; the attribute has
 * it for free.
 */
export function* attributeW(shader: ShaderText): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  for (const variable of shader.program.variables) {
    const { rows } = variable.type;
    const fill = FILL[rows];
    if (variable.storage !== 'attribute' || !fill || variable.type.columns > 1) continue;
    const widened = (e: Expression | undefined): boolean =>
      e?.kind === 'construct' &&
      e.of.rows === 4 &&
      e.args.length === 1 + fill.length &&
      e.args[0].kind === 'name' &&
      e.args[0].variable === variable &&
      fill.every((v, i) => {
        const arg = e.args[i + 1];
        return arg.kind === 'literal' && arg.value === v;
      });
    try {
      const edits: Edit[] = [];
      let line = 0;
      for (const { e, parent } of visits) {
        if (widened(e)) {
          edits.push({ ...shader.span(e), text: variable.name });
          line ||= e.place.line;
        } else if (
          e.kind === 'name' &&
          e.variable === variable &&
          !widened(parent) &&
          parent?.kind !== 'member' &&
          parent?.kind !== 'index'
        ) {
          edits.push({ ...shader.span(e), text: `${variable.name}.${'xyz'.slice(0, rows)}` });
        }
      }
      if (line === 0) continue;
      edits.push(shader.redeclare(variable, qualifiers => `${qualifiers.replace(`vec${rows}`, 'vec4')} ${variable.name};`));
      yield {
        title: `Declare ${variable.name} as vec4`,
        explanation: `Its buffer stays as it is: WebGL fills what ${rows} floats lack with ${rows === 3 ? '1' : '0 and 1'}.`,
        line,
        edits,
      };
    } catch (error) {
      if (!(error instanceof NotInSource)) throw error;
    }
  }
}
