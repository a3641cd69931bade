/** A hint that splits a palette of rows into three arrays. */
import type { Declaration, Expression, Variable } from '../../glsl/ast.ts';
import type { Candidate, Edit } from '../hint.ts';
import { expressionsOf, NotInSource, type ShaderText, statementsOf, writtenVariables } from '../shader-text.ts';

interface Use {
  readonly e: Extract<Expression, { kind: 'index' }>;
  /** The index without `+ row`. */
  readonly base: Expression;
  readonly row: number;
}

/**
 * Suggests three arrays of rows in place of one palette with three rows a joint.
 * `joint * 3 + row` takes a multiplication, additions and a clamp for each access. The three arrays use the joint as their index.
 */
export function* rowArrays(shader: ShaderText): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  const scaled = scaledIndices(shader);
  for (const array of shader.program.variables) {
    const { count, rows, struct } = array.type;
    if (array.storage !== 'uniform' || count === undefined || count % 3 !== 0 || rows !== 4 || struct) continue;
    try {
      const uses: Use[] = [];
      for (const { e } of visits) {
        if (e.kind === 'index' && e.object.kind === 'name' && e.object.variable === array) uses.push(splitIndex(e));
      }
      const references = visits.filter(({ e }) => e.kind === 'name' && e.variable === array).length;
      const tripled = new Set<Variable>();
      const sound =
        uses.length > 0 &&
        uses.length === references &&
        uses.every(({ base, row }) => {
          const root = base.kind === 'member' ? base.object : base;
          if (row > 2 || root.kind !== 'name' || !root.variable || !scaled.has(root.variable)) return false;
          tripled.add(root.variable);
          return true;
        });
      if (!sound) continue;
      // The index may serve only this array, because it loses its factor.
      const indexReads = visits.filter(({ e }) => e.kind === 'name' && e.variable && tripled.has(e.variable)).length;
      if (indexReads !== uses.length) continue;
      yield {
        title: `Split ${array.name} into three arrays of rows`,
        explanation:
          'Indexed by the joint alone: no multiplication by 3, no addition, one clamp for the three. The CPU writes the rows apart.',
        line: uses[0].e.place.line,
        edits: rewrite(
          shader,
          array,
          count,
          uses,
          [...tripled].map(v => scaled.get(v)).filter(d => d !== undefined),
        ),
      };
    } catch (error) {
      if (!(error instanceof NotInSource)) throw error;
    }
  }
}

function splitIndex(e: Extract<Expression, { kind: 'index' }>): Use {
  const { index } = e;
  if (index.kind === 'binary' && index.operator === '+' && index.right.kind === 'literal')
    return { e, base: index.left, row: index.right.value };
  return { e, base: index, row: 0 };
}

/** Finds local ints whose declaration ends in `* 3` and that are never written again. */
function scaledIndices(shader: ShaderText): Map<Variable, Declaration & { initial: Extract<Expression, { kind: 'binary' }> }> {
  const written = writtenVariables(shader.program);
  const found = new Map<Variable, Declaration & { initial: Extract<Expression, { kind: 'binary' }> }>();
  for (const s of statementsOf(shader.program)) {
    for (const d of s.kind === 'declare' ? s.declarations : []) {
      const { variable, initial } = d;
      if (variable?.type.base !== 'int' || written.has(variable) || initial?.kind !== 'binary' || initial.operator !== '*')
        continue;
      if (initial.right.kind === 'literal' && initial.right.value === 3) found.set(variable, { ...d, initial });
    }
  }
  return found;
}

function rewrite(
  shader: ShaderText,
  array: Variable,
  count: number,
  uses: readonly Use[],
  indices: readonly { initial: Extract<Expression, { kind: 'binary' }> }[],
): Edit[] {
  const names = [0, 1, 2].map(row => shader.freeName(`${array.name}${row}`));
  return [
    shader.redeclare(array, qualifiers => names.map(name => `${qualifiers} ${name}[${count / 3}];`).join('\n')),
    ...uses.map(({ e, base, row }) => ({ ...shader.span(e), text: `${names[row]}[${shader.text(base)}]` })),
    ...indices.map(({ initial }) => {
      const whole = shader.span(initial);
      const left = shader.leftOf(initial.left, shader.offset(initial.place));
      return { ...whole, text: shader.source.slice(left.start, left.end) };
    }),
  ];
}
