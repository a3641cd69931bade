/** The syntax tree of GLSL ES 1.00. */
import type { Place } from '../shader-error.ts';
import type { Field, Type } from './type.ts';

/** The fields of every expression. The checker sets its type. */
interface ExpressionBase {
  readonly place: Place;
  type: Type;
}

export type Expression =
  | (ExpressionBase & { readonly kind: 'literal'; readonly value: number })
  | (ExpressionBase & { readonly kind: 'name'; readonly name: string; variable?: Variable })
  | (ExpressionBase & { readonly kind: 'unary'; readonly operator: '-' | '+' | '!'; readonly operand: Expression })
  | (ExpressionBase & {
      readonly kind: 'step';
      readonly operator: '++' | '--';
      readonly prefix: boolean;
      readonly operand: Expression;
    })
  | (ExpressionBase & {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (ExpressionBase & {
      readonly kind: 'assign';
      readonly operator: string;
      readonly target: Expression;
      readonly value: Expression;
    })
  | (ExpressionBase & {
      readonly kind: 'ternary';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    })
  | (ExpressionBase & { readonly kind: 'call'; readonly name: string; readonly args: Expression[]; target?: CallTarget })
  | (ExpressionBase & { readonly kind: 'construct'; readonly of: Type; readonly args: Expression[] })
  | (ExpressionBase & { readonly kind: 'member'; readonly object: Expression; readonly member: string; lanes?: number[] })
  | (ExpressionBase & { readonly kind: 'index'; readonly object: Expression; readonly index: Expression });

export type CallTarget = { readonly builtin: string } | { readonly define: FunctionDefinition };

export type Storage = 'local' | 'const' | 'global' | 'uniform' | 'attribute' | 'varying' | 'builtin' | 'parameter';

/** One declared variable. The checker makes it, and expressions refer to it. */
export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly storage: Storage;
  readonly place: Place;
  readonly writable: boolean;
  /** The value of a constant that an array size or a loop may need. */
  constant?: number[];
  used?: boolean;
  /** True for the index of a `for` loop while the checker is inside the loop's body. */
  loopIndex?: boolean;
  /** For an array or matrix: one more than the highest index that the shader names. */
  elements?: number;
}

export interface Declaration {
  readonly name: string;
  readonly type: Type;
  /** The size expression of an array. The checker folds it into `variable.type`. */
  readonly size?: Expression;
  readonly initial?: Expression;
  readonly place: Place;
  variable?: Variable;
}

/** The length of an array in a struct: an expression that the checker folds into the field's type. */
export interface FieldSize {
  readonly field: Field;
  readonly size: Expression;
}

export type Statement = { readonly place: Place } & (
  | { readonly kind: 'block'; readonly body: Statement[] }
  | {
      readonly kind: 'declare';
      readonly storage: Storage;
      readonly declarations: Declaration[];
      /** The arrays in the struct that the statement defines. */
      readonly sizes?: readonly FieldSize[];
    }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'if'; readonly condition: Expression; readonly yes: Statement; readonly no?: Statement }
  | {
      readonly kind: 'for';
      readonly first?: Statement;
      readonly condition?: Expression | Statement;
      readonly next?: Expression;
      readonly body: Statement;
    }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Statement }
  | { readonly kind: 'do'; readonly condition: Expression; readonly body: Statement }
  | { readonly kind: 'return'; readonly value?: Expression }
  | { readonly kind: 'break' | 'continue' | 'discard' | 'empty' }
);

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly size?: Expression;
  readonly direction: 'in' | 'out' | 'inout';
  readonly readonly: boolean;
  readonly place: Place;
  variable?: Variable;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly returns: Type;
  readonly parameters: Parameter[];
  body?: Statement;
  readonly place: Place;
}

export type TopLevel = FunctionDefinition | (Statement & { kind: 'declare' });

export interface Unit {
  readonly items: TopLevel[];
  /** The names in `invariant name;` statements. */
  readonly invariants: readonly { readonly name: string; readonly place: Place }[];
}
