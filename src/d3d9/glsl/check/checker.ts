/** The semantic checker of GLSL ES 1.00. */
import { type Place, ShaderError } from '../../shader-error.ts';
import type { Declaration, Expression, FunctionDefinition, Parameter, Statement, Storage, Unit, Variable } from '../ast.ts';
import { builtinVariables, type Stage } from '../builtin-variables.ts';
import { builtinType } from '../builtins.ts';
import { foldConstant } from '../fold-constant.ts';
import { contains, isArray, isSampler, isScalar, sameType, sizeOf, type Type, typeName, VOID } from '../type.ts';
import { CallGraph } from './call-graph.ts';
import { ExpressionChecker } from './check-expression.ts';
import { checkGlobalInitial, checkInvariants, checkOutputs, checkStorage } from './check-globals.ts';
import { checkComplexity } from './complexity.ts';
import { variablePart } from './is-constant.ts';
import { loopIndexOf } from './limitations.ts';
import { Scopes } from './scopes.ts';

/** A checked program: its globals in order, and main. */
export interface Program {
  readonly stage: Stage;
  readonly unit: Unit;
  readonly main: FunctionDefinition;
  readonly variables: readonly Variable[];
  readonly functions: readonly FunctionDefinition[];
}

/** The most numbers in a variable other than a uniform: ANGLE's limit is 64 KiB. */
const MAX_SIZE = 16_384;
const MAX_ARRAY = 65_536;
const MAX_PARAMETERS = 255;

/** Checks names, types and the rules of GLSL ES 1.00. It writes its results into the tree. */
export class Checker {
  readonly #stage: Stage;
  readonly #scopes: Scopes;
  readonly #expressions: ExpressionChecker;
  readonly #functions: FunctionDefinition[] = [];
  readonly #calls = new CallGraph();
  /** Functions that are declared without a body. */
  readonly #prototypes = new Set<FunctionDefinition>();
  #current: FunctionDefinition | undefined;
  /** True once the current function has a return statement. */
  #returns = false;
  #loops = 0;

  constructor(stage: Stage, extensions: ReadonlySet<string>) {
    this.#stage = stage;
    this.#scopes = new Scopes(builtinVariables(stage, extensions));
    this.#expressions = new ExpressionChecker(stage, extensions, this.#scopes, (f, place) => {
      if (this.#current) this.#calls.add(this.#current, f, place);
    });
  }

  /** Checks a shader. @throws ShaderError at the first broken rule. */
  check(unit: Unit): Program {
    for (const item of unit.items) {
      if ('kind' in item) this.#statement(item);
      else this.#function(item);
    }
    const { variables } = this.#scopes;
    checkInvariants(unit, variables);
    const main = this.#functions.find(f => f.name === 'main' && f.body);
    if (!main) throw new ShaderError("there is no function 'main'", { line: 1, column: 1 });
    this.#calls.check(this.#functions);
    checkOutputs(variables, main.place);
    for (const item of unit.items) checkComplexity(item);
    return { stage: this.#stage, unit, main, variables, functions: this.#functions };
  }

  #function(f: FunctionDefinition): void {
    this.#checkSignature(f);
    const definition = this.#declareFunction(f);
    const { body } = f;
    if (!body) return;
    if (f.name === 'main' && (f.parameters.length > 0 || f.returns !== VOID))
      throw new ShaderError("'main' takes nothing and returns nothing", f.place);
    this.#current = definition;
    this.#returns = false;
    // Parameters share the body's scope: a local variable cannot have their names.
    this.#scopes.scoped(() => {
      for (const p of definition.parameters) if (p.name) this.#declareParameter(p);
      if (body.kind === 'block') for (const s of body.body) this.#statement(s);
    });
    this.#current = undefined;
    if (f.returns !== VOID && !this.#returns) throw new ShaderError(`'${f.name}' does not return a value`, f.place);
  }

  #checkSignature(f: FunctionDefinition): void {
    if (f.parameters.length > MAX_PARAMETERS)
      throw new ShaderError(`'${f.name}' has more than ${MAX_PARAMETERS} parameters`, f.place);
    for (let i = 0; i < f.parameters.length; i++) {
      const p = f.parameters[i];
      if (p.size) f.parameters[i] = { ...p, type: this.#sized(p.type, p.size, p.place) };
      if (p.type === VOID) throw new ShaderError(`parameter '${p.name}' cannot be void`, p.place);
      if (p.direction !== 'in' && isSampler(p.type))
        throw new ShaderError(`'${p.name}': a sampler cannot be ${p.direction}`, p.place);
    }
    if (contains(f.returns, isSampler)) throw new ShaderError(`'${f.name}' cannot return a sampler`, f.place);
    if (contains(f.returns, isArray)) throw new ShaderError(`'${f.name}' cannot return an array`, f.place);
    const types = f.parameters.map(p => p.type);
    if (builtinType(f.name, types, this.#stage === 'fragment'))
      throw new ShaderError(`'${f.name}' is built in and cannot be defined again`, f.place);
  }

  /** Declares a function. @returns the function that calls refer to: the first declaration of its signature */
  #declareFunction(f: FunctionDefinition): FunctionDefinition {
    const global = this.#scopes.globals;
    const known = global.get(f.name);
    if (known && !Array.isArray(known)) throw new ShaderError(`'${f.name}' is declared twice`, f.place);
    const overloads = known ?? [];
    global.set(f.name, overloads);
    const definition = overloads.find(
      o => o.parameters.length === f.parameters.length && o.parameters.every((p, i) => sameType(p.type, f.parameters[i].type)),
    );
    if (!definition) {
      overloads.push(f);
      this.#functions.push(f);
      if (!f.body) this.#prototypes.add(f);
      return f;
    }
    if (definition.body && f.body) throw new ShaderError(`'${f.name}' is defined twice`, f.place);
    if (!f.body && this.#prototypes.has(definition)) throw new ShaderError(`'${f.name}' is declared twice`, f.place);
    if (!f.body) this.#prototypes.add(definition);
    if (!sameType(definition.returns, f.returns))
      throw new ShaderError(`'${f.name}' returns another type than it was declared with`, f.place);
    const other = f.parameters.find((p, i) => {
      const { direction, readonly } = definition.parameters[i];
      return p.direction !== direction || p.readonly !== readonly;
    });
    if (other) throw new ShaderError(`parameter '${other.name}' was declared with other qualifiers`, other.place);
    if (f.body) {
      definition.body = f.body;
      definition.parameters.splice(0, definition.parameters.length, ...f.parameters);
    }
    return definition;
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
    checkStorage(d.name, type, storage, this.#stage, place);
    const readonly =
      storage === 'const' ||
      storage === 'uniform' ||
      storage === 'attribute' ||
      (storage === 'varying' && this.#stage === 'fragment');
    if (storage !== 'uniform' && sizeOf(type) > MAX_SIZE)
      throw new ShaderError(`'${d.name}' has ${sizeOf(type)} numbers; a variable has at most ${MAX_SIZE}`, place);
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
      if (contains(type, isArray))
        throw new ShaderError('arrays, and structs with arrays, cannot be initialized', d.initial.place);
      if (storage === 'const') {
        const changing = variablePart(d.initial);
        if (changing) throw new ShaderError(`'${d.name}' is const and needs a constant value`, changing.place);
        const value = foldConstant(d.initial);
        if (value) variable.constant = value;
      }
      if (!this.#current) checkGlobalInitial(d);
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
        for (const { field, size } of s.sizes ?? []) field.type = this.#sized(field.type, size, size.place);
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
        this.#scopes.scoped(() => this.#for(s));
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

  #for(s: Statement & { readonly kind: 'for' }): void {
    if (s.first) this.#statement(s.first);
    if (s.condition && !('storage' in s.condition)) this.#expressions.condition(s.condition as Expression);
    if (s.next) this.#expressions.expression(s.next);
    loopIndexOf(s).loopIndex = true;
    this.#loops++;
    // The body shares the header's scope: a local variable cannot have the index's name.
    if (s.body.kind === 'block') for (const inner of s.body.body) this.#statement(inner);
    else this.#statement(s.body);
    this.#loops--;
  }

  #return(value: Expression | undefined, place: Place): void {
    this.#returns = true;
    const wanted = this.#current?.returns ?? VOID;
    if (value && wanted === VOID) throw new ShaderError(`'${this.#current?.name}' is void and cannot return a value`, place);
    if (value) this.#expressions.expression(value);
    const got = value?.type ?? VOID;
    if (!sameType(got, wanted))
      throw new ShaderError(`'${this.#current?.name}' returns ${typeName(wanted)}, not ${typeName(got)}`, place);
  }
}
