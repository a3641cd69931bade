import { type Place, ShaderError } from '../../shader-error.ts';
import type { Expression, FunctionDefinition } from '../ast.ts';
import { type Stage, stageOf } from '../builtin-variables.ts';
import { BUILTIN_NAMES, builtinType } from '../builtins.ts';
import { foldConstant } from '../fold-constant.ts';
import {
  BOOL,
  contains,
  elementOf,
  INT,
  isArray,
  isMatrix,
  isNumeric,
  isSampler,
  isScalar,
  isVector,
  sameType,
  type Type,
  typeName,
  VOID,
  vector,
} from '../type.ts';
import { constructed } from './constructed.ts';
import { checkIndex } from './limitations.ts';
import type { Scopes } from './scopes.ts';

const SWIZZLES = ['xyzw', 'rgba', 'stpq'];

/**
 * Checks expressions: writes the type of each and the meaning of its names into the tree.
 * Every method throws ShaderError at the first broken rule.
 */
export class ExpressionChecker {
  readonly #stage: Stage;
  readonly #extensions: ReadonlySet<string>;
  readonly #scopes: Scopes;
  readonly #called: (f: FunctionDefinition, place: Place) => void;

  /** @param called - receives every call to a function of the source. */
  constructor(
    stage: Stage,
    extensions: ReadonlySet<string>,
    scopes: Scopes,
    called: (f: FunctionDefinition, place: Place) => void,
  ) {
    this.#stage = stage;
    this.#extensions = extensions;
    this.#scopes = scopes;
    this.#called = called;
  }

  /** Sets the type of an expression and of all its parts. */
  expression(e: Expression): void {
    e.type = this.#typeOf(e);
  }

  #missing(name: string): string {
    const stage = stageOf(name);
    if (stage === undefined) return `'${name}' is not declared`;
    return stage === this.#stage ? `'${name}' needs #extension GL_EXT_frag_depth` : `'${name}' belongs to the ${stage} shader`;
  }

  #typeOf(e: Expression): Type {
    switch (e.kind) {
      case 'literal':
        return e.type;
      case 'name': {
        const found = this.#scopes.find(e.name);
        if (!found || Array.isArray(found))
          throw new ShaderError(found ? `'${e.name}' is a function` : this.#missing(e.name), e.place);
        e.variable = found;
        found.used = true;
        return found.type;
      }
      case 'unary': {
        this.expression(e.operand);
        const t = e.operand.type;
        if (e.operator === '!' ? sameType(t, BOOL) : isNumeric(t)) return t;
        throw new ShaderError(`'${e.operator}' does not work on ${typeName(t)}`, e.place);
      }
      case 'step':
        this.expression(e.operand);
        this.#writable(e.operand);
        if (!isNumeric(e.operand.type))
          throw new ShaderError(`'${e.operator}' does not work on ${typeName(e.operand.type)}`, e.place);
        return e.operand.type;
      case 'binary':
        this.expression(e.left);
        this.expression(e.right);
        return this.#binary(e.operator, e.left.type, e.right.type, e.place);
      case 'assign': {
        this.expression(e.target);
        this.expression(e.value);
        this.#writable(e.target);
        const got = e.operator === '=' ? e.value.type : this.#binary(e.operator[0], e.target.type, e.value.type, e.place);
        if (!sameType(got, e.target.type))
          throw new ShaderError(`${typeName(e.target.type)} cannot be assigned ${typeName(got)}`, e.place);
        if (contains(e.target.type, isArray))
          throw new ShaderError('arrays, and structs with arrays, cannot be assigned', e.place);
        if (contains(e.target.type, isSampler)) throw new ShaderError('samplers cannot be assigned', e.place);
        return got;
      }
      case 'ternary':
        this.condition(e.condition);
        this.expression(e.yes);
        this.expression(e.no);
        if (!sameType(e.yes.type, e.no.type))
          throw new ShaderError(`the branches of ?: are ${typeName(e.yes.type)} and ${typeName(e.no.type)}`, e.place);
        if (e.yes.type.struct || isArray(e.yes.type) || isSampler(e.yes.type))
          throw new ShaderError(`?: does not work on ${typeName(e.yes.type)}`, e.place);
        return e.yes.type;
      case 'call':
        return this.#call(e);
      case 'construct':
        for (const a of e.args) this.expression(a);
        return constructed(e.of, e.args, e.place);
      case 'member':
        return this.#member(e);
      case 'index':
        return this.#index(e);
    }
  }

  #writable(e: Expression): void {
    if (e.kind === 'name') {
      if (e.variable && !e.variable.writable)
        throw new ShaderError(`'${e.name}' cannot be written (${e.variable.storage})`, e.place);
      if (e.variable?.loopIndex) throw new ShaderError(`the loop index '${e.name}' cannot be written in the loop`, e.place);
    } else if (e.kind === 'member' || e.kind === 'index') {
      if (e.kind === 'member' && e.lanes && new Set(e.lanes).size < e.lanes.length)
        throw new ShaderError(`'${e.member}' writes a component twice`, e.place);
      this.#writable(e.object);
    } else throw new ShaderError('this cannot be written', e.place);
  }

  #binary(op: string, a: Type, b: Type, place: Place): Type {
    const bad = () => new ShaderError(`'${op}' does not work on ${typeName(a)} and ${typeName(b)}`, place);
    switch (op) {
      case ',':
        return b;
      case '&&':
      case '||':
      case '^^':
        if (sameType(a, BOOL) && sameType(b, BOOL)) return BOOL;
        throw bad();
      case '==':
      case '!=':
        if (sameType(a, b) && !contains(a, isArray) && !contains(a, isSampler) && a !== VOID) return BOOL;
        throw bad();
      case '<':
      case '>':
      case '<=':
      case '>=':
        if (isNumeric(a) && isScalar(a) && sameType(a, b)) return BOOL;
        throw bad();
    }
    if (!isNumeric(a) || !isNumeric(b) || a.base !== b.base) throw bad();
    if (isScalar(a)) return b;
    if (isScalar(b) || (sameType(a, b) && (op !== '*' || !isMatrix(a)))) return a;
    if (op === '*') {
      if (isMatrix(a) && isMatrix(b) && a.columns === b.rows) return a;
      if (isMatrix(a) && isVector(b) && a.columns === b.rows) return b;
      if (isVector(a) && isMatrix(b) && a.rows === b.rows) return a;
    }
    throw bad();
  }

  #call(e: Expression & { kind: 'call' }): Type {
    for (const a of e.args) this.expression(a);
    const types = e.args.map(a => a.type);
    const found = this.#scopes.find(e.name);
    const list = () => `(${types.map(typeName).join(', ')})`;
    if (Array.isArray(found)) {
      const f = found.find(o => o.parameters.length === types.length && o.parameters.every((p, i) => sameType(p.type, types[i])));
      if (f) {
        f.parameters.forEach((p, i) => void (p.direction !== 'in' && this.#writable(e.args[i])));
        e.target = { define: f };
        this.#called(f, e.place);
        return f.returns;
      }
    }
    if (found && !Array.isArray(found)) throw new ShaderError(`'${e.name}' is a variable, not a function`, e.place);
    const type = builtinType(e.name, types, this.#stage === 'fragment');
    if (type) {
      this.#extension(e.name, e.place);
      e.target = { builtin: e.name };
      return type;
    }
    if (Array.isArray(found) || BUILTIN_NAMES.has(e.name)) throw new ShaderError(`no '${e.name}' takes ${list()}`, e.place);
    throw new ShaderError(`'${e.name}' is not declared`, e.place);
  }

  #member(e: Expression & { kind: 'member' }): Type {
    this.expression(e.object);
    const t = e.object.type;
    if (t.struct && t.count === undefined) {
      const field = t.struct.fields.find(f => f.name === e.member);
      if (!field) throw new ShaderError(`'${e.member}' is no field of ${typeName(t)}`, e.place);
      return field.type;
    }
    if (!isVector(t)) throw new ShaderError(`${typeName(t)} has no '.${e.member}'`, e.place);
    const set = SWIZZLES.find(s => s.includes(e.member[0]));
    const lanes = [...e.member].map(c => set?.indexOf(c) ?? -1);
    if (lanes.length > 4 || lanes.some(l => l < 0 || l >= t.rows))
      throw new ShaderError(`'.${e.member}' does not fit ${typeName(t)}`, e.place);
    e.lanes = lanes;
    return lanes.length === 1 ? { ...t, rows: 1 } : vector(t.base, lanes.length);
  }

  #index(e: Expression & { kind: 'index' }): Type {
    this.expression(e.object);
    this.expression(e.index);
    const t = e.object.type;
    if (!sameType(e.index.type, INT)) throw new ShaderError(`an index must be int, not ${typeName(e.index.type)}`, e.index.place);
    const count = t.count ?? (isMatrix(t) ? t.columns : isVector(t) ? t.rows : undefined);
    if (count === undefined) throw new ShaderError(`${typeName(t)} cannot be indexed`, e.place);
    const fixed = foldConstant(e.index)?.[0];
    if (fixed !== undefined && (fixed < 0 || fixed >= count))
      throw new ShaderError(`index ${fixed} is outside of ${typeName(t)}`, e.index.place);
    const { object } = e;
    if (object.kind === 'name' && object.variable) {
      const { variable } = object;
      // A loop may access any element.
      variable.elements = Math.max(variable.elements ?? 0, fixed === undefined ? count : fixed + 1);
    }
    const inVertexUniform = this.#stage === 'vertex' && object.kind === 'name' && object.variable?.storage === 'uniform';
    if (fixed === undefined && !inVertexUniform) checkIndex(e.index);
    if (t.count !== undefined) return elementOf(t);
    return isMatrix(t) ? vector('float', t.rows) : { base: t.base, rows: 1, columns: 1 };
  }

  /** Checks an expression that must be bool. */
  condition(e: Expression): void {
    this.expression(e);
    if (!sameType(e.type, BOOL)) throw new ShaderError(`a condition must be bool, not ${typeName(e.type)}`, e.place);
  }

  #extension(name: string, place: Place): void {
    const needed = /^(dFdx|dFdy|fwidth)$/.test(name)
      ? 'GL_OES_standard_derivatives'
      : name.endsWith('EXT')
        ? 'GL_EXT_shader_texture_lod'
        : undefined;
    if (needed && !this.#extensions.has(needed) && !this.#extensions.has('all'))
      throw new ShaderError(`'${name}' needs #extension ${needed} : enable`, place);
  }
}
