import type { Expression, Variable } from '../../glsl/ast.ts';
import { partsOf } from '../../glsl/parts.ts';
import type { Place } from '../../shader-error.ts';
import { applyEdits, type Candidate, type Edit } from '../hint.ts';
import { expressionsOf, NotInSource, type ShaderText, statementsOf, type Visit, writtenVariables } from '../shader-text.ts';

/**
 * Suggests three arrays of rows in place of a palette of mat4.
 * A mat4 takes 4 registers a joint, although its last row is always (0, 0, 0, 1), and blending weighs all four columns.
 * The three arrays save a quarter of the weighing and indexing.
 */
export function* matrixRows(shader: ShaderText): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  for (const array of shader.program.variables) {
    const { count, rows, columns } = array.type;
    if (array.storage !== 'uniform' || count === undefined || rows !== 4 || columns !== 4) continue;
    const names = [0, 1, 2].map(row => shader.freeName(`${array.name}Row${row}`));
    try {
      const blends = blendsOf(shader, array);
      const products = visits.flatMap(({ e }) => productEdit(shader, e, array, names, blends));
      const sums = [...blends.values()].map(blend => blendEdit(shader, blend, array, names));
      if (products.length === 0 || !allRewritten(visits, array, blends)) continue;
      yield {
        title: `Hold ${array.name} as three arrays of rows`,
        explanation:
          "The last row of a joint's matrix is (0, 0, 0, 1): three rows say it all, in arrays that are indexed by the joint alone. Weights must sum to 1. The CPU writes the rows apart.",
        line: array.place.line,
        edits: [
          ...products,
          ...sums,
          shader.redeclare(array, () => names.map(name => `uniform vec4 ${name}[${count}];`).join('\n')),
        ],
      };
    } catch (error) {
      if (!(error instanceof NotInSource)) throw error;
    }
  }
}

/** True where the array is read only as `array[i] * v` and in the blends, and the blends only as `blend * v`. */
function allRewritten(visits: readonly Visit[], array: Variable, blends: ReadonlyMap<Variable, Blend>): boolean {
  const inBlends = new Set([...blends.values()].flatMap(b => expressionsIn(b.initial)));
  const timesVector = (e: Expression, parent: Expression | undefined) =>
    parent?.kind === 'binary' &&
    parent.operator === '*' &&
    parent.left === e &&
    parent.right.type.rows === 4 &&
    parent.right.type.columns === 1;
  return visits.every(({ e, parent }) => {
    if (isElement(e, array)) return inBlends.has(e) || timesVector(e, parent);
    if (e.kind !== 'name' || !e.variable) return true;
    if (e.variable === array) return parent !== undefined && isElement(parent, array);
    return !blends.has(e.variable) || timesVector(e, parent);
  });
}

/**
 * Rewrites `array[i] * v` or `blend * v` as three dot products. The fourth component stays that of v: 1 for a point, 0 for a
 * direction.
 */
function productEdit(
  shader: ShaderText,
  e: Expression,
  array: Variable,
  names: readonly string[],
  blends: ReadonlyMap<Variable, Blend>,
): Edit[] {
  if (e.kind !== 'binary' || e.operator !== '*' || e.right.type.rows !== 4 || e.right.type.columns !== 1) return [];
  const { left } = e;
  const rows =
    left.kind === 'index' && isElement(left, array)
      ? names.map(name => `${name}[${shader.text(left.index)}]`)
      : left.kind === 'name' && left.variable && blends.has(left.variable)
        ? [0, 1, 2].map(row => `${left.name}Row${row}`)
        : [];
  if (rows.length === 0) return [];
  const v = shader.operand(e.right);
  return [{ ...shader.span(e), text: `vec4(${rows.map(row => `dot(${row}, ${v})`).join(', ')}, ${v}.w)` }];
}

/** Rewrites `mat4 blend = sum of elements` as three sums of rows. */
function blendEdit(shader: ShaderText, { name, initial, start, place }: Blend, array: Variable, names: readonly string[]): Edit {
  if (!/^(?:(?:lowp|mediump|highp)\s+)?mat4\s+$/.test(shader.source.slice(start, shader.offset(place)))) throw new NotInSource();
  const whole = shader.rightOf(initial, shader.offset(place));
  const elements = expressionsIn(initial).flatMap(e =>
    e.kind === 'index' && isElement(e, array) ? [shader.span(e.object)] : [],
  );
  const row = (k: number) => {
    const edits = elements.map(span => ({ start: span.start - whole.start, end: span.end - whole.start, text: names[k] }));
    return `vec4 ${name}Row${k} = ${applyEdits(shader.source.slice(whole.start, whole.end), edits)}`;
  };
  return { start, end: whole.end, text: [0, 1, 2].map(row).join(';\n  ') };
}

function isElement(e: Expression, array: Variable): boolean {
  return e.kind === 'index' && e.object.kind === 'name' && e.object.variable === array;
}

function expressionsIn(e: Expression): Expression[] {
  return [e, ...partsOf(e).flatMap(expressionsIn)];
}

interface Blend {
  readonly name: string;
  readonly initial: Expression;
  readonly place: Place;
  /** The offset where its statement begins. */
  readonly start: number;
}

/** Finds local matrices that are declared, alone in their statement, as a weighted sum of elements and never written again. */
function blendsOf(shader: ShaderText, array: Variable): Map<Variable, Blend> {
  const written = writtenVariables(shader.program);
  // Sums, and products with a number: they apply to each row separately.
  const linear = (e: Expression): boolean => {
    if (isElement(e, array)) return true;
    if (e.kind !== 'binary') return false;
    if (e.operator === '+') return linear(e.left) && linear(e.right);
    const scalar = (s: Expression) => s.type.rows === 1 && s.type.columns === 1;
    return e.operator === '*' && ((linear(e.left) && scalar(e.right)) || (scalar(e.left) && linear(e.right)));
  };
  const found = new Map<Variable, Blend>();
  for (const s of statementsOf(shader.program)) {
    if (s.kind !== 'declare' || s.declarations.length !== 1) continue;
    const [{ name, place, variable, initial }] = s.declarations;
    if (variable && initial && variable.type.columns === 4 && !written.has(variable) && linear(initial)) {
      found.set(variable, { name, initial, place, start: shader.offset(s.place) });
    }
  }
  return found;
}
