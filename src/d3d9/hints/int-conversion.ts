import type { Expression } from '../glsl/ast.ts';
import type { Candidate, Edit } from './hint.ts';
import { expressionsOf, type ShaderText } from './shader-text.ts';

/**
 * `int(x)` truncates towards zero. Direct3D 9 has no integers: for an `x` that may be negative that takes five instructions,
 * for one that is not two, and `max(0.0, x)` says that it is not: the change that the blog post found.
 *
 * `max(0.5, x)` does as well, since 0.5 truncates to 0; and 0.5 is a constant that ANGLE's last line needs anyway, so one register
 * may hold all literals: whichever saves more is taken.
 */
export function* intConversion(shader: ShaderText): Generator<Candidate> {
  const floors: { readonly edit: (floor: string) => Edit; readonly said: boolean; readonly line: number }[] = [];
  for (const { e } of expressionsOf(shader.program)) {
    if (e.kind !== 'construct' || e.of.base !== 'int' || e.args.length !== 1 || e.args[0].type.base !== 'float') continue;
    const [arg] = e.args;
    const vector = (floor: string) => (arg.type.rows > 1 ? `vec${arg.type.rows}(${floor})` : floor);
    const zero = zeroOf(arg);
    const { line } = e.place;
    if (zero) {
      const span = shader.span(zero);
      floors.push({ edit: floor => ({ ...span, text: zero.type.rows > 1 ? vector(floor) : floor }), said: true, line });
    } else if (!knownPositive(arg)) {
      const [span, text] = [shader.span(arg), shader.text(arg)];
      floors.push({ edit: floor => ({ ...span, text: `max(${vector(floor)}, ${text})` }), said: false, line });
    }
  }
  const unsaid = floors.filter(f => !f.said);
  if (unsaid.length > 0) {
    yield {
      title: 'Say that the index is not negative',
      explanation:
        'Conversion to int of what could be negative costs three instructions more. The same for every value from 0 up.',
      line: unsaid[0].line,
      edits: unsaid.map(f => f.edit('0.0')),
      otherwise: [unsaid.map(f => f.edit('0.5'))],
    };
  } else if (floors.length > 0) {
    yield {
      title: 'Bound the index by 0.5',
      explanation: 'It truncates to 0 as 0 does, and is a constant that ANGLE adds anyway: one register may hold all literals.',
      line: floors[0].line,
      edits: floors.map(f => f.edit('0.5')),
    };
  }
}

function knownPositive(e: Expression): boolean {
  return e.kind === 'literal' || (e.kind === 'call' && (e.name === 'max' || e.name === 'abs' || e.name === 'clamp'));
}

/** The 0 of `max(0.0, x)` and `max(vec4(0.0), x)`. */
function zeroOf(e: Expression): Expression | undefined {
  if (e.kind !== 'call' || e.name !== 'max') return undefined;
  const isZero = (a: Expression): boolean =>
    (a.kind === 'literal' && a.value === 0) || (a.kind === 'construct' && a.args.length === 1 && isZero(a.args[0]));
  return e.args.find(isZero);
}
