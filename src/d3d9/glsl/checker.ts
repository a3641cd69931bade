import { type Place, ShaderError } from '../work.ts';
import type { Declaration, Expression, FunctionDefinition, Parameter, Statement, Storage, Unit, Variable } from './ast.ts';
import { builtinVariables, type Stage } from './builtin-variables.ts';
import { ExpressionChecker } from './check-expression.ts';
import { foldConstant } from './constant.ts';
import { Scopes } from './scopes.ts';
import { isSampler, isScalar, sameType, type Type, typeName, VOID } from './type.ts';

/** A checked program: globals in order, and main. */
export interface Program {
  readonly stage: Stage;
  readonly unit: Unit;
  readonly main: FunctionDefinition;
  readonly variables: readonly Variable[];
  readonly functions: readonly FunctionDefinition[];
}

const MAX_ARRAY = 4096;

/** Names, types and the rules of GLSL ES 1.00; writes its findings into the tree. */
export class Checker {
  readonly #stage: Stage;
  readonly #scopes: Scopes;
  readonly #expressions: ExpressionChecker;
  readonly #functions: FunctionDefinition[] = [];
  readonly #calls = new Map<FunctionDefinition, [FunctionDefinition, Place][]>();
  #current: FunctionDefinition | undefined;
  #loops = 0;

  constructor(stage: Stage, extensions: ReadonlySet<string>) {
    this.#stage = stage;
    this.#scopes = new Scopes(builtinVariables(stage, extensions));
    this.#expressions = new ExpressionChecker(stage, extensions, this.#scopes, (f, place) => this.#called(f, place));
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
    return { stage: this.#stage, unit, main, variables: this.#scopes.variables, functions: this.#functions };
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

  #called(f: FunctionDefinition, place: Place): void {
    if (!this.#current) return;
    const calls = this.#calls.get(this.#current) ?? [];
    calls.push([f, place]);
    this.#calls.set(this.#current, calls);
  }

  #function(f: FunctionDefinition): void {
    for (let i = 0; i < f.parameters.length; i++) {
      const p = f.parameters[i];
      if (p.size) f.parameters[i] = { ...p, type: this.#sized(p.type, p.size, p.place) };
      if (p.type === VOID) throw new ShaderError(`parameter '${p.name}' cannot be void`, p.place);
    }
    const global = this.#scopes.globals;
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
    const { body } = f;
    if (!body) return;
    if (f.name === 'main' && (f.parameters.length > 0 || f.returns !== VOID))
      throw new ShaderError("'main' takes nothing and returns nothing", f.place);
    this.#current = definition;
    const { parameters } = definition;
    this.#scopes.scoped(() => {
      for (const p of parameters) if (p.name) this.#declareParameter(p);
      this.#statement(body);
    });
    this.#current = undefined;
  }

  #declareParameter(p: Parameter): void {
    p.variable = { name: p.name, type: p.type, storage: 'parameter', place: p.place, writable: !p.readonly };
    this.#scopes.add(p.variable);
  }

  #sized(type: Type, size: Expression, place: Place): Type {
    this.#expressions.expression(size);
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
      this.#expressions.expression(d.initial);
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
    this.#scopes.add(variable);
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case 'block':
        this.#scopes.scoped(() => s.body.forEach(b => void this.#statement(b)));
        return;
      case 'declare':
        for (const d of s.declarations) this.#declare(d, s.storage);
        return;
      case 'expression':
        this.#expressions.expression(s.expression);
        return;
      case 'if':
        this.#expressions.condition(s.condition);
        this.#scopes.scoped(() => this.#statement(s.yes));
        this.#scopes.scoped(() => s.no && this.#statement(s.no));
        return;
      case 'for':
        this.#scopes.scoped(() => {
          if (s.first) this.#statement(s.first);
          if (s.condition && !('storage' in s.condition)) this.#expressions.condition(s.condition as Expression);
          if (s.next) this.#expressions.expression(s.next);
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
    this.#scopes.scoped(() => this.#statement(s));
    this.#loops--;
  }

  #return(value: Expression | undefined, place: Place): void {
    const wanted = this.#current?.returns ?? VOID;
    if (value) this.#expressions.expression(value);
    const got = value?.type ?? VOID;
    if (!sameType(got, wanted))
      throw new ShaderError(`'${this.#current?.name}' returns ${typeName(wanted)}, not ${typeName(got)}`, place);
  }
}
