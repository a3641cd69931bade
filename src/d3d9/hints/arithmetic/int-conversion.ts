import type { Expression } from '../../glsl/ast.ts';
import type { Candidate, Edit } from '../hint.ts';
import { expressionsOf, type ShaderText } from '../shader-text.ts';

/**
 * Suggests `max(0.0, x)` in an `int(x)`: the change that the blog post found.
 * `int(x)` truncates towards zero, and Direct3D 9 has no integers. That takes five instructions where `x` may be negative, else
 * two.
 *
 * `max(0.5, x)` works as well, since 0.5 truncates to 0. ANGLE's last line needs the constant 0.5 anyway, so one register may
 * hold all literals. The hint uses whichever saves more.
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
