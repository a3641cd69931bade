import { Preprocessor } from '../glsl/preprocess/preprocessor.ts';
import type { Token } from '../glsl/preprocess/token.ts';
import { Work } from '../work-budget.ts';

/**
 * Returns the shader after preprocessing, as WebGL's compiler reads it: macros expanded, conditions decided, comments removed.
 *
 * @throws ShaderError where a directive is wrong
 */
export function preprocessedText(source: string): string {
  const lines = new Map<number, string>();
  let last: Token | undefined;
  const indents = source.split(/\r\n?|\n/).map(line => /^\s*/.exec(line)?.[0] ?? '');
  for (const token of new Preprocessor(new Work()).run(source)) {
    if (token.kind === 'end') break;
    const line = lines.get(token.line);
    const apart = last && (token.spaced || (/\w$/.test(last.text) && /^\w/.test(token.text)));
    lines.set(token.line, line === undefined ? indents[token.line - 1] + token.text : line + (apart ? ' ' : '') + token.text);
    last = token;
  }
  return [...lines.values()].join('\n');
}
