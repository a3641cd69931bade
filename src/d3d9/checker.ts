import type { Declaration, Expression, FunctionDefinition, Parameter, Statement, Storage, Unit, Variable } from './ast.ts';
import { BUILTIN_NAMES, builtinType } from './builtins.ts';
import { foldConstant } from './constant.ts';
import {
  BOOL,
  elementOf,
  FLOAT,
  INT,
  isMatrix,
  isNumeric,
  isSampler,
  isScalar,
  isVector,
  sameType,
  sizeOf,
  type Type,
  typeName,
  VOID,
  vector,
} from './type.ts';
import { type Place, ShaderError } from './work.ts';

export type Stage = 'vertex' | 'fragment';

/** A checked program: globals in order, and main. */
export interface Program {
  readonly stage: Stage;
  readonly unit: Unit;
  readonly main: FunctionDefinition;
  readonly variables: readonly Variable[];
  readonly functions: readonly FunctionDefinition[];
}

const SWIZZLES = ['xyzw', 'rgba', 'stpq'];
const MAX_ARRAY = 4096;

/** gl_Max… with the values that ANGLE reports on Direct3D 9. */
const LIMITS: Record<string, number> = {
  gl_MaxVertexAttribs: 16,
  gl_MaxVertexUniformVectors: 254,
  gl_MaxVaryingVectors: 8,
  gl_MaxVertexTextureImageUnits: 0,
  gl_MaxCombinedTextureImageUnits: 16,
  gl_MaxTextureImageUnits: 16,
  gl_MaxFragmentUniformVectors: 29,
  gl_MaxDrawBuffers: 1,
};

type Scope = Map<string, Variable | FunctionDefinition[]>;

/** Names, types and the rules of GLSL ES 1.00; writes its findings into the tree. */
export class Checker {
  readonly #stage: Stage;
  readonly #extensions: ReadonlySet<string>;
  readonly #scopes: Scope[] = [new Map()];
  readonly #variables: Variable[] = [];
  readonly #functions: FunctionDefinition[] = [];
  #current: FunctionDefinition | undefined;
  #loops = 0;

  constructor(stage: Stage, extensions: ReadonlySet<string>) {
    this.#stage = stage;
    this.#extensions = extensions;
    for (const [name, type, writable] of builtinVariables(stage, extensions)) {
      const variable: Variable = { name, type, storage: 'builtin', place: { line: 0, column: 0 }, writable };
      this.#scopes[0].set(name, variable);
      this.#variables.push(variable);
    }
    for (const [name, value] of Object.entries(LIMITS)) {
      this.#scopes[0].set(name, {
        name,
        type: INT,
        storage: 'const',
        place: { line: 0, column: 0 },
        writable: false,
        constant: [value],
      });
    }
    this.#scopes.push(new Map());
  }

  /** @throws ShaderError at the first rule broken. */
  check(unit: Unit): Program {
    for (const item of unit.items) {
      if ('kind' in item) this.#statement(item);
      else this.#function(item);
    }
    const main = this.#functions.find(f => f.name === 'main' && f.body);
    if (!main) throw new ShaderError("there is no function 'main'", { line: 1, column: 1 });
    this.#noRecursion(main);
    return { stage: this.#stage, unit, main, variables: this.#variables, functions: this.#functions };
  }

  #noRecursion(main: FunctionDefinition): void {
    const state = new Map<FunctionDefinition, 'open' | 'done'>();
    const visit = (f: FunctionDefinition, place: Place): void => {
      if (state.get(f) === 'done') return;
      if (state.get(f) === 'open') throw new ShaderError(`'${f.name}' calls itself`, place);
      if (!f.body) throw new ShaderError(`'${f.name}' has no body`, place);
      state.set(f, 'open');
      for (const [callee, at] of this.#calls.get(f) ?? []) visit(callee, at);
      state.set(f, 'done');
    };
    visit(main, main.place);
  }

  readonly #calls = new Map<FunctionDefinition, [FunctionDefinition, Place][]>();

  #function(f: FunctionDefinition): void {
    for (let i = 0; i < f.parameters.length; i++) {
      const p = f.parameters[i];
      if (p.size) f.parameters[i] = { ...p, type: this.#sized(p.type, p.size, p.place) };
      if (p.type === VOID) throw new ShaderError(`parameter '${p.name}' cannot be void`, p.place);
    }
    const global = this.#scopes[1];
    const known = global.get(f.name);
    if (known && !Array.isArray(known)) throw new ShaderError(`'${f.name}' is declared twice`, f.place);
    const overloads = known ?? [];
    global.set(f.name, overloads);
    let definition = overloads.find(
      o => o.parameters.length === f.parameters.length && o.parameters.every((p, i) => sameType(p.type, f.parameters[i].type)),
    );
    if (definition?.body && f.body) throw new ShaderError(`'${f.name}' is defined twice`, f.place);
    if (definition && !sameType(definition.returns, f.returns))
      throw new ShaderError(`'${f.name}' returns another type than it was declared with`, f.place);
    if (!definition) {
      definition = f;
      overloads.push(f);
      this.#functions.push(f);
    } else if (f.body) {
      definition.body = f.body;
      definition.parameters.splice(0, definition.parameters.length, ...f.parameters);
    }
    if (!f.body) return;
    if (f.name === 'main' && (f.parameters.length > 0 || f.returns !== VOID))
      throw new ShaderError("'main' takes nothing and returns nothing", f.place);
    this.#current = definition;
    this.#scopes.push(new Map());
    for (const p of definition.parameters) if (p.name) this.#declareParameter(p);
    this.#statement(f.body);
    this.#scopes.pop();
    this.#current = undefined;
  }

  #declareParameter(p: Parameter): void {
    p.variable = { name: p.name, type: p.type, storage: 'parameter', place: p.place, writable: !p.readonly };
    this.#add(p.variable);
  }

  #add(v: Variable): void {
    const scope = this.#scopes[this.#scopes.length - 1];
    if (scope.has(v.name)) throw new ShaderError(`'${v.name}' is declared twice`, v.place);
    if (v.name.startsWith('gl_')) throw new ShaderError(`'${v.name}': names that begin with gl_ are reserved`, v.place);
    scope.set(v.name, v);
    if (this.#scopes.length === 2) this.#variables.push(v);
  }

  #find(name: string): Variable | FunctionDefinition[] | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i].get(name);
      if (found) return found;
    }
    return undefined;
  }

  #sized(type: Type, size: Expression, place: Place): Type {
    this.#expression(size);
    const value = foldConstant(size)?.[0];
    if (value === undefined || !isScalar(size.type) || size.type.base !== 'int')
      throw new ShaderError('the size of an array must be a constant int', size.place);
    if (value < 1 || value > MAX_ARRAY)
      throw new ShaderError(`an array of ${value} elements: 1 to ${MAX_ARRAY} are possible`, place);
    return { ...type, count: value };
  }

  #declare(d: Declaration, storage: Storage): void {
    if (d.type === VOID) throw new ShaderError(`variable '${d.name}' cannot be void`, d.place);
    const type = d.size ? this.#sized(d.type, d.size, d.place) : d.type;
    const place = d.place;
    if (storage === 'attribute' && this.#stage === 'fragment')
      throw new ShaderError('attributes belong to the vertex shader', place);
    if (
      (storage === 'attribute' || storage === 'varying') &&
      (type.base !== 'float' || (storage === 'attribute' && type.count !== undefined))
    ) {
      throw new ShaderError(`${storage === 'attribute' ? 'an attribute' : 'a varying'} cannot be ${typeName(type)}`, place);
    }
    if (isSampler(type) && storage !== 'uniform') throw new ShaderError(`'${d.name}': a sampler must be a uniform`, place);
    const readonly =
      storage === 'const' ||
      storage === 'uniform' ||
      storage === 'attribute' ||
      (storage === 'varying' && this.#stage === 'fragment');
    const variable: Variable = { name: d.name, type, storage, place, writable: !readonly };
    if (d.initial) {
      if (storage === 'uniform' || storage === 'attribute' || storage === 'varying')
        throw new ShaderError(`a ${storage} cannot be initialized`, place);
      this.#expression(d.initial);
      if (!sameType(d.initial.type, type))
        throw new ShaderError(
          `'${d.name}' is ${typeName(type)} and cannot be initialized with ${typeName(d.initial.type)}`,
          place,
        );
      if (storage === 'const') {
        const value = foldConstant(d.initial);
        if (value) variable.constant = value;
      }
    } else if (storage === 'const') throw new ShaderError(`'${d.name}' is const and needs a value`, place);
    d.variable = variable;
    this.#add(variable);
  }

  #scoped(inner: () => void): void {
    this.#scopes.push(new Map());
    inner();
    this.#scopes.pop();
  }

  #condition(e: Expression): void {
    this.#expression(e);
    if (!sameType(e.type, BOOL)) throw new ShaderError(`a condition must be bool, not ${typeName(e.type)}`, e.place);
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case 'block':
        this.#scoped(() => s.body.forEach(b => void this.#statement(b)));
        return;
      case 'declare':
        for (const d of s.declarations) this.#declare(d, s.storage);
        return;
      case 'expression':
        this.#expression(s.expression);
        return;
      case 'if':
        this.#condition(s.condition);
        this.#scoped(() => this.#statement(s.yes));
        this.#scoped(() => s.no && this.#statement(s.no));
        return;
      case 'for':
        this.#scoped(() => {
          if (s.first) this.#statement(s.first);
          if (s.condition && !('storage' in s.condition)) this.#condition(s.condition as Expression);
          if (s.next) this.#expression(s.next);
          this.#body(s.body);
        });
        return;
      case 'while':
      case 'do':
        throw new ShaderError(`WebGL 1 has no '${s.kind}' loops`, s.place);
      case 'return':
        this.#return(s.value, s.place);
        return;
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw new ShaderError(`'${s.kind}' outside of a loop`, s.place);
        return;
      case 'discard':
        if (this.#stage !== 'fragment') throw new ShaderError("'discard' belongs to the fragment shader", s.place);
    }
  }

  #body(s: Statement): void {
    this.#loops++;
    this.#scoped(() => this.#statement(s));
    this.#loops--;
  }

  #return(value: Expression | undefined, place: Place): void {
    const wanted = this.#current?.returns ?? VOID;
    if (value) this.#expression(value);
    const got = value?.type ?? VOID;
    if (!sameType(got, wanted))
      throw new ShaderError(`'${this.#current?.name}' returns ${typeName(wanted)}, not ${typeName(got)}`, place);
  }

  #expression(e: Expression): void {
    e.type = this.#typeOf(e);
  }

  #typeOf(e: Expression): Type {
    switch (e.kind) {
      case 'literal':
        return e.type;
      case 'name': {
        const found = this.#find(e.name);
        if (!found || Array.isArray(found))
          throw new ShaderError(found ? `'${e.name}' is a function` : `'${e.name}' is not declared`, e.place);
        e.variable = found;
        found.used = true;
        return found.type;
      }
      case 'unary': {
        this.#expression(e.operand);
        const t = e.operand.type;
        if (e.operator === '!' ? sameType(t, BOOL) : isNumeric(t)) return t;
        throw new ShaderError(`'${e.operator}' does not work on ${typeName(t)}`, e.place);
      }
      case 'step':
        this.#expression(e.operand);
        this.#writable(e.operand);
        if (!isNumeric(e.operand.type))
          throw new ShaderError(`'${e.operator}' does not work on ${typeName(e.operand.type)}`, e.place);
        return e.operand.type;
      case 'binary':
        this.#expression(e.left);
        this.#expression(e.right);
        return this.#binary(e.operator, e.left.type, e.right.type, e.place);
      case 'assign': {
        this.#expression(e.target);
        this.#expression(e.value);
        this.#writable(e.target);
        const got = e.operator === '=' ? e.value.type : this.#binary(e.operator[0], e.target.type, e.value.type, e.place);
        if (!sameType(got, e.target.type))
          throw new ShaderError(`${typeName(e.target.type)} cannot be assigned ${typeName(got)}`, e.place);
        if (e.target.type.count !== undefined) throw new ShaderError('arrays cannot be assigned', e.place);
        return got;
      }
      case 'ternary':
        this.#condition(e.condition);
        this.#expression(e.yes);
        this.#expression(e.no);
        if (!sameType(e.yes.type, e.no.type))
          throw new ShaderError(`the branches of ?: are ${typeName(e.yes.type)} and ${typeName(e.no.type)}`, e.place);
        return e.yes.type;
      case 'call':
        return this.#call(e);
      case 'construct':
        for (const a of e.args) this.#expression(a);
        return this.#construct(e.of, e.args, e.place);
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
        if (sameType(a, b) && a.count === undefined && !isSampler(a) && a !== VOID) return BOOL;
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
    for (const a of e.args) this.#expression(a);
    const types = e.args.map(a => a.type);
    const found = this.#find(e.name);
    const list = () => `(${types.map(typeName).join(', ')})`;
    if (Array.isArray(found)) {
      const f = found.find(o => o.parameters.length === types.length && o.parameters.every((p, i) => sameType(p.type, types[i])));
      if (f) {
        f.parameters.forEach((p, i) => void (p.direction !== 'in' && this.#writable(e.args[i])));
        e.target = { define: f };
        if (this.#current) {
          const calls = this.#calls.get(this.#current) ?? [];
          calls.push([f, e.place]);
          this.#calls.set(this.#current, calls);
        }
        return f.returns;
      }
    }
    const type = builtinType(e.name, types, this.#stage === 'fragment');
    if (type) {
      this.#extension(e.name, e.place);
      e.target = { builtin: e.name };
      return type;
    }
    if (Array.isArray(found) || BUILTIN_NAMES.has(e.name)) throw new ShaderError(`no '${e.name}' takes ${list()}`, e.place);
    throw new ShaderError(`'${e.name}' is not declared`, e.place);
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

  #construct(of: Type, args: Expression[], place: Place): Type {
    const name = typeName(of);
    if (args.length === 0) throw new ShaderError(`${name}() needs a value`, place);
    if (of.struct) {
      const fields = of.struct.fields;
      if (fields.length !== args.length)
        throw new ShaderError(`${name}() takes ${fields.length} values, got ${args.length}`, place);
      fields.forEach((f, i) => {
        if (!sameType(f.type, args[i].type))
          throw new ShaderError(`'${f.name}' of ${name} is ${typeName(f.type)}, not ${typeName(args[i].type)}`, args[i].place);
      });
      return of;
    }
    if (isSampler(of) || of === VOID) throw new ShaderError(`${name} cannot be made`, place);
    for (const a of args)
      if (a.type.struct || a.type.count !== undefined || isSampler(a.type) || a.type === VOID)
        throw new ShaderError(`${name}() cannot take ${typeName(a.type)}`, a.place);
    const wanted = sizeOf(of);
    if (isScalar(of)) {
      if (args.length > 1) throw new ShaderError(`${name}() takes one value`, place);
      return of;
    }
    if (args.length === 1 && (isScalar(args[0].type) || (isMatrix(of) && isMatrix(args[0].type)))) return of;
    let have = 0;
    for (const a of args) {
      if (have >= wanted) throw new ShaderError(`${name}() has too many values`, a.place);
      if (isMatrix(of) && isMatrix(a.type)) throw new ShaderError(`${name}() takes one matrix alone`, a.place);
      have += sizeOf(a.type);
    }
    if (have < wanted) throw new ShaderError(`${name}() needs ${wanted} values, got ${have}`, place);
    return of;
  }

  #member(e: Expression & { kind: 'member' }): Type {
    this.#expression(e.object);
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
    this.#expression(e.object);
    this.#expression(e.index);
    const t = e.object.type;
    if (!sameType(e.index.type, INT)) throw new ShaderError(`an index must be int, not ${typeName(e.index.type)}`, e.index.place);
    const count = t.count ?? (isMatrix(t) ? t.columns : isVector(t) ? t.rows : undefined);
    if (count === undefined) throw new ShaderError(`${typeName(t)} cannot be indexed`, e.place);
    const fixed = foldConstant(e.index)?.[0];
    if (fixed !== undefined && (fixed < 0 || fixed >= count))
      throw new ShaderError(`index ${fixed} is outside of ${typeName(t)}`, e.index.place);
    if (t.count !== undefined) return elementOf(t);
    return isMatrix(t) ? vector('float', t.rows) : { base: t.base, rows: 1, columns: 1 };
  }
}

const DEPTH_RANGE: Type = {
  base: 'struct',
  rows: 1,
  columns: 1,
  struct: { name: 'gl_DepthRangeParameters', fields: ['near', 'far', 'diff'].map(name => ({ name, type: FLOAT })) },
};

function builtinVariables(stage: Stage, extensions: ReadonlySet<string>): [string, Type, boolean][] {
  if (stage === 'vertex')
    return [
      ['gl_Position', vector('float', 4), true],
      ['gl_PointSize', FLOAT, true],
      ['gl_DepthRange', DEPTH_RANGE, false],
    ];
  const out: [string, Type, boolean][] = [
    ['gl_FragColor', vector('float', 4), true],
    ['gl_FragData', { ...vector('float', 4), count: 1 }, true],
    ['gl_FragCoord', vector('float', 4), false],
    ['gl_FrontFacing', BOOL, false],
    ['gl_PointCoord', vector('float', 2), false],
    ['gl_DepthRange', DEPTH_RANGE, false],
  ];
  if (extensions.has('GL_EXT_frag_depth')) out.push(['gl_FragDepthEXT', FLOAT, true]);
  return out;
}
