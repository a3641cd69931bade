import type { Expression, Variable } from '../../glsl/ast.ts';
import { isMatrix, isVector } from '../../glsl/type.ts';
import type { Candidate, Edit } from '../hint.ts';
import { expressionsOf, type ShaderText, statementsOf, writtenVariables } from '../shader-text.ts';

/**
 * Suggests `A * (B * v)` in place of `A * B * v`, which multiplies two matrices for every vertex. The results differ only by
 * rounding.
 */
export function* matrixAssociation(shader: ShaderText): Generator<Candidate> {
  const products = localProducts(shader);
  const edits: Edit[] = [];
  let line = 0;
  for (const { e } of expressionsOf(shader.program)) {
    if (e.kind !== 'binary' || e.operator !== '*' || !isVector(e.type) || !isMatrix(e.left.type)) continue;
    const factors = factorsOf(e.left, products);
    if (factors.length < 2) continue;
    const vector = shader.operand(e.right);
    const text = factors.reduceRight(
      (inner, m, i) => (i === factors.length - 1 ? `${shader.operand(m)} * ${inner}` : `${shader.operand(m)} * (${inner})`),
      vector,
    );
    edits.push({ ...shader.span(e), text });
    line ||= e.place.line;
  }
  if (edits.length === 0) return;
  yield {
    title: 'Multiply the vector first',
    explanation:
      'Matrices are multiplied with each other before the vector. A * (B * v) is the same as (A * B) * v, without the product of matrices.',
    line,
    edits,
  };
}

/** Returns the matrices of a product from left to right. A local variable that only ever holds such a product is expanded. */
function factorsOf(e: Expression, products: ReadonlyMap<Variable, Expression>): Expression[] {
  if (e.kind === 'binary' && e.operator === '*' && isMatrix(e.left.type) && isMatrix(e.right.type)) {
    return [...factorsOf(e.left, products), ...factorsOf(e.right, products)];
  }
  const product = e.kind === 'name' && e.variable && products.get(e.variable);
  return product ? factorsOf(product, products) : [e];
}

/** Finds local matrices that are declared as a product and never written again. Their factors are such matrices or uniforms. */
function localProducts(shader: ShaderText): Map<Variable, Expression> {
  const written = writtenVariables(shader.program);
  const steady = (e: Expression): boolean =>
    e.kind === 'name'
      ? e.variable !== undefined && !written.has(e.variable)
      : e.kind === 'binary' && e.operator === '*' && isMatrix(e.type) && steady(e.left) && steady(e.right);
  const products = new Map<Variable, Expression>();
  for (const s of statementsOf(shader.program)) {
    for (const d of s.kind === 'declare' ? s.declarations : []) {
      if (d.variable && d.initial?.kind === 'binary' && !written.has(d.variable) && steady(d.initial))
        products.set(d.variable, d.initial);
    }
  }
  return products;
}
