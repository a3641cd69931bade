/** A hint that combines scalar statements into one vector statement. */
import type { Expression, Statement } from '../../glsl/ast.ts';
import { partsOf } from '../../glsl/parts.ts';
import type { Candidate } from '../hint.ts';
import { NotInSource, type ShaderText, statementsOf } from '../shader-text.ts';

/** Built-in functions that apply to each component separately. */
const COMPONENTWISE = new Set(
  'abs sign floor ceil fract mod min max clamp mix step smoothstep pow exp exp2 log log2 sqrt inversesqrt sin cos tan radians degrees'.split(
    ' ',
  ),
);

/** A statement that computes one scalar, and its form in the source. */
interface Scalar {
  readonly value: Expression;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** `float name` */
  readonly declares?: string;
  /** `object.component` */
  readonly object?: string;
  readonly component?: string;
}

/** Suggests one vector statement for scalars with the same computation. An instruction handles four lanes at the price of one. */
export function* sharedLanes(shader: ShaderText): Generator<Candidate> {
  for (const block of statementsOf(shader.program)) {
    if (block.kind !== 'block') continue;
    for (const run of runsOf(block.body, shader)) {
      for (let n = Math.min(4, run.length); n >= 2; n--) {
        const some = run.slice(0, n);
        const text = combine(
          some.map(s => s.value),
          shader,
        );
        if (text === undefined || text.same || !text.computes) continue;
        yield {
          title: `Compute ${n} scalars in one vector`,
          explanation: 'They are computed alike, so they can share the lanes of one register.',
          line: some[0].line,
          edits: [{ start: some[0].start, end: some[n - 1].end, text: statementText(shader, some, text.text) }],
        };
        break;
      }
    }
  }
}

function statementText(shader: ShaderText, scalars: readonly Scalar[], value: string): string {
  const n = scalars.length;
  if (scalars[0].object !== undefined) return `${scalars[0].object}.${scalars.map(s => s.component).join('')} = ${value};`;
  const name = shader.freeName('shared');
  const reads = scalars.map((s, i) => `float ${s.declares} = ${name}.${'xyzw'[i]};`);
  return [`vec${n} ${name} = ${value};`, ...reads].join('\n  ');
}

/**
 * Finds runs of neighbouring statements that compute one scalar each and do not read each other's results. Returns the longest
 * run from each start.
 */
function runsOf(body: readonly Statement[], shader: ShaderText): Scalar[][] {
  const runs: Scalar[][] = [];
  const scalars = body.map(s => scalarOf(s, shader));
  for (let i = 0; i < scalars.length; i++) {
    const run: Scalar[] = [];
    for (let k = i; k < scalars.length; k++) {
      const next = scalars[k];
      if (!next || (run.length > 0 && !fits(run, next, shader))) break;
      run.push(next);
    }
    if (run.length >= 2) runs.push(run);
  }
  return runs;
}

function fits(run: readonly Scalar[], next: Scalar, shader: ShaderText): boolean {
  const [first] = run;
  if (first.object !== next.object || run.some(s => s.component !== undefined && s.component === next.component)) return false;
  const written = run.map(s => s.declares ?? s.object?.match(/^\w+/)?.[0]);
  const reads = expressionNames(next.value);
  if (written.some(name => name !== undefined && reads.has(name))) return false;
  // Only blanks separate them: a comment or a directive stays at its place.
  return /^\s*$/.test(shader.source.slice(run[run.length - 1].end, next.start));
}

function expressionNames(e: Expression): Set<string> {
  const names = new Set<string>();
  const visit = (x: Expression) => {
    if (x.kind === 'name') names.add(x.name);
    for (const part of partsOf(x)) visit(part);
  };
  visit(e);
  return names;
}

function scalarOf(s: Statement, shader: ShaderText): Scalar | undefined {
  try {
    const value =
      s.kind === 'declare' && s.declarations.length === 1
        ? s.declarations[0].initial
        : s.kind === 'expression' && s.expression.kind === 'assign' && s.expression.operator === '='
          ? s.expression.value
          : undefined;
    if (value?.type.base !== 'float' || value.type.rows !== 1 || value.type.columns !== 1) return undefined;
    const end = shader.source.indexOf(';', shader.rightOf(value, shader.span(value).start).end) + 1;
    if (s.kind === 'declare') {
      const [d] = s.declarations;
      const start = shader.offset(s.place);
      if (
        s.storage !== 'local' ||
        !/^(?:(?:lowp|mediump|highp)\s+)?float\s+$/.test(shader.source.slice(start, shader.offset(d.place)))
      )
        return undefined;
      return { value, start, end, line: s.place.line, declares: d.name };
    }
    const target = s.kind === 'expression' && s.expression.kind === 'assign' ? s.expression.target : undefined;
    if (target?.kind !== 'member' || target.member.length !== 1) return undefined;
    const { start } = shader.span(target);
    return { value, start, end, line: s.place.line, object: shader.text(target.object), component: target.member };
  } catch (error) {
    if (error instanceof NotInSource) return undefined;
    throw error;
  }
}

interface Combined {
  readonly text: string;
  /** True where all are the same scalar, whose text is `text`. */
  readonly same: boolean;
  /** True where the lanes need a computation. */
  readonly computes: boolean;
}

/** Combines the scalars into one vector. Undefined where their computations differ. */
function combine(es: readonly Expression[], shader: ShaderText): Combined | undefined {
  const [first] = es;
  const texts = es.map(e => shader.operand(e));
  if (texts.every(t => t === texts[0]) && first.type.rows === 1) return { text: texts[0], same: true, computes: false };
  const alike = es.every(e => e.kind === first.kind);
  if (alike && first.kind === 'binary' && '+-*/'.includes(first.operator)) {
    const sides = es.flatMap(e =>
      e.kind === 'binary' && e.operator === first.operator && e.left.type.rows === 1 && e.right.type.rows === 1 ? [e] : [],
    );
    if (sides.length === es.length) {
      const left = combine(
        sides.map(e => e.left),
        shader,
      );
      const right = combine(
        sides.map(e => e.right),
        shader,
      );
      if (left && right) return { text: `(${left.text} ${first.operator} ${right.text})`, same: false, computes: true };
    }
  }
  if (alike && first.kind === 'call' && COMPONENTWISE.has(first.name)) {
    const calls = es.flatMap(e => (e.kind === 'call' && e.name === first.name && e.args.length === first.args.length ? [e] : []));
    const args =
      calls.length === es.length
        ? first.args.map((_, i) =>
            combine(
              calls.map(c => c.args[i]),
              shader,
            ),
          )
        : [];
    if (args.length > 0 && args.every(a => a !== undefined)) {
      return {
        text: `${first.name}(${args.map(a => (a.same ? `vec${es.length}(${a.text})` : a.text)).join(', ')})`,
        same: false,
        computes: true,
      };
    }
  }
  if (alike && first.kind === 'unary' && first.operator === '-') {
    const operand = combine(
      es.flatMap(e => (e.kind === 'unary' && e.operator === '-' ? [e.operand] : [])),
      shader,
    );
    if (operand && !operand.same) return { ...operand, text: `(-${operand.text})` };
  }
  const lanes = es.flatMap(e =>
    e.kind === 'member' && e.member.length === 1 && 'xyzw'.includes(e.member)
      ? [{ object: shader.text(e.object), lane: e.member }]
      : [],
  );
  if (lanes.length === es.length && lanes.every(l => l.object === lanes[0].object)) {
    return { text: `${lanes[0].object}.${lanes.map(l => l.lane).join('')}`, same: false, computes: false };
  }
  return { text: `vec${es.length}(${es.map(e => shader.text(e)).join(', ')})`, same: false, computes: false };
}
