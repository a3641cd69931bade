/** A checked shader together with the source positions of its parts. */
import type { Expression, FunctionDefinition, Statement, Variable } from '../glsl/ast.ts';
import type { Stage } from '../glsl/builtin-variables.ts';
import type { Program } from '../glsl/check/checker.ts';
import { partsOf } from '../glsl/parts.ts';
import { withoutComments } from '../glsl/preprocess/token.ts';
import { readShader } from '../glsl/read-shader.ts';
import { typeName } from '../glsl/type.ts';
import type { Place } from '../shader-error.ts';
import { Work } from '../work-budget.ts';
import type { Edit } from './hint.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The error for a part of the tree that is not in the source (a macro produced it), so it cannot be rewritten. */
export class NotInSource extends Error {
  override readonly name = 'NotInSource';
}

/**
 * Maps the parts of a checked shader to its source, so a rule can rewrite one part and leave the rest, including comments.
 * The tree stores one place for each expression. Its extent follows from that place, its operands and the surrounding brackets.
 */
export class ShaderText {
  readonly source: string;
  readonly program: Program;
  /** The source with blanks in place of comments: brackets found here are code. */
  readonly #code: string;
  readonly #lineStarts: number[] = [0];

  /** Reads a shader. @throws ShaderError where the source is not valid GLSL. */
  constructor(source: string, stage: Stage) {
    this.source = source.replace(/\r\n?/g, '\n');
    this.#code = withoutComments(this.source);
    for (let i = this.source.indexOf('\n'); i >= 0; i = this.source.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1);
    this.program = readShader(this.source, stage, new Work()).program;
  }

  offset({ line, column }: Place): number {
    return this.#lineStarts[line - 1] + column - 1;
  }

  /** Returns the offset where the line of `place` begins. */
  lineStart({ line }: Place): number {
    return this.#lineStarts[line - 1];
  }

  /** Returns the extent of an expression without its surrounding brackets. @throws NotInSource */
  span(e: Expression): Span {
    const at = this.offset(e.place);
    switch (e.kind) {
      case 'literal': {
        const text = /^[\w.]+(?:(?<=[eE])[+-]\d+)?/.exec(this.#code.slice(at))?.[0];
        if (!text || (Number(text) !== e.value && e.type.base !== 'bool')) throw new NotInSource();
        return { start: at, end: at + text.length };
      }
      case 'name':
        return this.#word(at, e.name);
      case 'call':
        return { start: at, end: this.#closing(this.#word(at, e.name).end, '(') };
      case 'construct':
        return { start: at, end: this.#closing(this.#word(at, typeName(e.of)).end, '(') };
      case 'member':
        return { start: this.leftOf(e.object, at).start, end: this.#word(at, e.member).end };
      case 'index':
        return { start: this.leftOf(e.object, at).start, end: this.#closing(at, '[') };
      case 'unary':
        return { start: at, end: this.rightOf(e.operand, at + 1).end };
      case 'step':
        return e.prefix
          ? { start: at, end: this.rightOf(e.operand, at + 2).end }
          : { start: this.leftOf(e.operand, at).start, end: at + 2 };
      case 'binary':
        return this.#between(e.left, at, e.operator, e.right);
      case 'assign':
        return this.#between(e.target, at, e.operator, e.value);
      case 'ternary':
        return { start: this.leftOf(e.condition, at).start, end: this.rightOf(e.no, this.span(e.yes).end).end };
    }
  }

  text(e: Expression): string {
    const { start, end } = this.span(e);
    return this.source.slice(start, end);
  }

  /** Returns the text as one operand: bracketed unless it is a name, a call or a part of one. */
  operand(e: Expression): string {
    const loose = e.kind === 'binary' || e.kind === 'assign' || e.kind === 'ternary' || e.kind === 'unary';
    return loose ? `(${this.text(e)})` : this.text(e);
  }

  #between(left: Expression, at: number, operator: string, right: Expression): Span {
    this.#expect(at, operator);
    return { start: this.leftOf(left, at).start, end: this.rightOf(right, at + operator.length).end };
  }

  /** Returns the extent of the operand left of `until`, with the brackets that close before it. */
  leftOf(e: Expression, until: number): Span {
    let { start, end } = this.span(e);
    for (const c of this.#code.slice(end, until)) {
      if (c !== ')') continue;
      start = this.#code.lastIndexOf('(', start - 1);
      if (start < 0) throw new NotInSource();
      end = this.#code.indexOf(')', end) + 1;
    }
    return { start, end };
  }

  /** Returns the extent of the operand right of `from`, with the brackets that open after it. */
  rightOf(e: Expression, from: number): Span {
    let { start, end } = this.span(e);
    let opened = 0;
    for (const c of this.#code.slice(from, start)) if (c === '(') opened++;
    for (; opened > 0; opened--) {
      start = this.#code.lastIndexOf('(', start - 1);
      end = this.#code.indexOf(')', end) + 1;
      if (start < 0 || end === 0) throw new NotInSource();
    }
    return { start, end };
  }

  #word(at: number, word: string): Span {
    this.#expect(at, word);
    return { start: at, end: at + word.length };
  }

  #expect(at: number, text: string): void {
    if (!this.#code.startsWith(text, at)) throw new NotInSource();
  }

  /** Returns the offset after the bracket that closes the one at or after `at`. */
  #closing(at: number, open: '(' | '['): number {
    const first = this.#code.slice(at).search(/\S/) + at;
    if (this.#code[first] !== open) throw new NotInSource();
    const close = open === '(' ? ')' : ']';
    let depth = 0;
    for (let i = first; i < this.#code.length; i++) {
      if (this.#code[i] === open) depth++;
      else if (this.#code[i] === close && --depth === 0) return i + 1;
    }
    throw new NotInSource();
  }

  /**
   * Replaces the declaration of a global variable. `replace` receives the text before its name (`attribute highp vec3`).
   * The other variables of the statement get their own declaration.
   *
   * @throws NotInSource where a directive splits the statement.
   */
  redeclare(variable: Variable, replace: (qualifiers: string) => string): Edit {
    const at = this.offset(variable.place);
    this.#expect(at, variable.name);
    const before = Math.max(...[';', '}'].map(c => this.#code.lastIndexOf(c, at - 1))) + 1;
    // A directive ends with its line.
    const directive = this.#code.slice(before, at).match(/^(?:[\s\S]*\n)?[ \t]*#[^\n]*\n/)?.[0].length ?? 0;
    const first = before + directive + this.#code.slice(before + directive).search(/\S/);
    const end = this.#code.indexOf(';', at) + 1;
    const [, qualifiers, names] = /^((?:\w+\s+)+?)(\w+\s*(?:[[,][\s\S]*)?);$/.exec(this.#code.slice(first, end)) ?? [];
    if (qualifiers === undefined || names.includes('#')) throw new NotInSource();
    const others = names.split(',').filter(n => /^\s*(\w+)/.exec(n)?.[1] !== variable.name);
    const kept = others.length > 0 ? `${qualifiers.trim()} ${others.map(n => n.trim()).join(', ')};\n` : '';
    return { start: first, end, text: kept + replace(qualifiers.trim()) };
  }

  /** The offset for new globals: the start of the first function's line. */
  get beforeFunctions(): number {
    const first = this.program.unit.items.find((item): item is FunctionDefinition => !('kind' in item));
    return first ? this.lineStart(first.place) : 0;
  }

  /** Returns an unused name: `stem`, `stem2`, … */
  freeName(stem: string): string {
    let name = stem;
    for (let n = 2; new RegExp(`\\b${name}\\b`).test(this.source); n++) name = `${stem}${n}`;
    return name;
  }
}

/** An expression and its position in the tree. */
export interface Visit {
  readonly e: Expression;
  readonly parent: Expression | undefined;
}

/** Returns every expression of the shader, parents before their parts. */
export function expressionsOf(program: Program): Visit[] {
  const out: Visit[] = [];
  const visit = (e: Expression, parent?: Expression): void => {
    out.push({ e, parent });
    for (const part of partsOf(e)) visit(part, e);
  };
  const globals = program.unit.items.filter(item => 'kind' in item);
  for (const s of [...globals, ...statementsOf(program)]) for (const e of rootsOf(s)) visit(e);
  return out;
}

export { partsOf };

/** Returns the direct expressions of a statement, without those of inner statements. */
function rootsOf(s: Statement): Expression[] {
  const some = (...list: (Expression | Statement | undefined)[]) =>
    list.filter((e): e is Expression => e !== undefined && 'type' in e);
  switch (s.kind) {
    case 'declare':
      return some(...s.declarations.map(d => d.initial));
    case 'expression':
      return [s.expression];
    case 'for':
      return some(s.condition, s.next);
    case 'if':
    case 'while':
    case 'do':
      return [s.condition];
    case 'return':
      return some(s.value);
    default:
      return [];
  }
}

/** Returns all statements, outer before inner. */
export function statementsOf(program: Program): Statement[] {
  const out: Statement[] = [];
  const visit = (s: Statement | undefined): void => {
    if (!s) return;
    out.push(s);
    if (s.kind === 'block') for (const inner of s.body) visit(inner);
    else if (s.kind === 'if') {
      visit(s.yes);
      visit(s.no);
    } else if (s.kind === 'for') {
      visit(s.first);
      visit(s.body);
    } else if (s.kind === 'while' || s.kind === 'do') visit(s.body);
  };
  for (const f of program.functions) visit(f.body);
  return out;
}

/** Returns the variables that are assigned, whole or in part, after their declaration. Out parameters of calls count. */
export function writtenVariables(program: Program): Set<Variable> {
  const written = new Set<Variable>();
  const write = (target: Expression) => {
    let root = target;
    while (root.kind === 'member' || root.kind === 'index') root = root.object;
    if (root.kind === 'name' && root.variable) written.add(root.variable);
  };
  for (const { e } of expressionsOf(program)) {
    if (e.kind === 'assign') write(e.target);
    else if (e.kind === 'step') write(e.operand);
    else if (e.kind === 'call' && e.target && 'define' in e.target) {
      e.target.define.parameters.forEach((p, i) => {
        if (p.direction !== 'in') write(e.args[i]);
      });
    }
  }
  return written;
}
