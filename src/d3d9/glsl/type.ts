/** A type of GLSL ES 1.00. A vector has `rows` scalars, a matrix `columns` columns of `rows`. `count` makes it an array. */
export interface Type {
  readonly base: 'void' | 'bool' | 'int' | 'float' | 'sampler2D' | 'samplerCube' | 'struct';
  readonly rows: number;
  readonly columns: number;
  readonly count?: number;
  readonly struct?: Struct;
}

export interface Struct {
  readonly name: string;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  /** The type of the field. The checker sets an array's length once it knows the shader's constants. */
  type: Type;
}

const make = (base: Type['base'], rows = 1, columns = 1): Type => ({ base, rows, columns });

export const VOID = make('void');
export const BOOL = make('bool');
export const INT = make('int');
export const FLOAT = make('float');

/** The types that keywords name. */
export const TYPE_NAMES: ReadonlyMap<string, Type> = new Map([
  ['void', VOID],
  ['bool', BOOL],
  ['int', INT],
  ['float', FLOAT],
  ['sampler2D', make('sampler2D')],
  ['samplerCube', make('samplerCube')],
  ...[2, 3, 4].flatMap((n): [string, Type][] => [
    [`vec${n}`, make('float', n)],
    [`ivec${n}`, make('int', n)],
    [`bvec${n}`, make('bool', n)],
    [`mat${n}`, make('float', n, n)],
  ]),
]);

export const vector = (base: Type['base'], rows: number): Type => make(base, rows);

/** Returns the number of scalars in a value of the type. */
export function sizeOf(type: Type): number {
  const one = type.struct ? type.struct.fields.reduce((n, f) => n + sizeOf(f.type), 0) : type.rows * type.columns;
  return one * (type.count ?? 1);
}

/** Returns the depth of nested structs: 1 for a struct of scalars, 0 for any other type. */
export const nesting = (type: Type): number =>
  type.struct ? 1 + Math.max(0, ...type.struct.fields.map(f => nesting(f.type))) : 0;

/** True where the type or any part of it fulfils `kind`. */
export const contains = (type: Type, kind: (t: Type) => boolean): boolean =>
  kind(type) || (type.struct?.fields.some(f => contains(f.type, kind)) ?? false);

/** Returns the type of one element of an array. */
export const elementOf = ({ base, rows, columns, struct }: Type): Type =>
  struct ? { base, rows, columns, struct } : { base, rows, columns };

export const sameType = (a: Type, b: Type): boolean =>
  a.base === b.base && a.rows === b.rows && a.columns === b.columns && a.count === b.count && a.struct === b.struct;

export const isScalar = (t: Type): boolean => t.rows === 1 && t.columns === 1 && t.count === undefined && !t.struct;
export const isVector = (t: Type): boolean => t.rows > 1 && t.columns === 1 && t.count === undefined;
export const isMatrix = (t: Type): boolean => t.columns > 1 && t.count === undefined;
export const isArray = (t: Type): boolean => t.count !== undefined;
export const isSampler = (t: Type): boolean => t.base === 'sampler2D' || t.base === 'samplerCube';
export const isNumeric = (t: Type): boolean => (t.base === 'float' || t.base === 'int') && t.count === undefined;

/** Returns the type in GLSL notation. */
export function typeName(t: Type): string {
  const suffix = t.count === undefined ? '' : `[${t.count}]`;
  if (t.struct) return (t.struct.name || 'struct') + suffix;
  if (t.columns > 1) return `mat${t.rows}${suffix}`;
  if (t.rows > 1) return `${t.base === 'int' ? 'i' : t.base === 'bool' ? 'b' : ''}vec${t.rows}${suffix}`;
  return t.base + suffix;
}
