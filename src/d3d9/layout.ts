/** The layout of variables in Direct3D 9 registers, as ANGLE chooses it. */
import type { Variable } from './glsl/ast.ts';
import { elementOf, sizeOf, type Type } from './glsl/type.ts';

/** The position of one scalar of a variable: the register, counted from the variable's first, and the lane. */
export interface Cell {
  readonly register: number;
  readonly lane: number;
}

/** Counts the registers of a type: one for a scalar or vector, one a row for a matrix, the sum of its fields for a struct. */
export function registersOf(type: Type): number {
  if (type.count !== undefined) return type.count * registersOf(elementOf(type));
  if (type.struct) return type.struct.fields.reduce((n, f) => n + registersOf(f.type), 0);
  return type.columns > 1 ? type.rows : 1;
}

/**
 * Returns the cell of every scalar in GLSL's order (matrices by column). ANGLE passes matrices so that a register holds a row.
 */
export function cellsOf(type: Type, byColumn = false, first = 0): Cell[] {
  if (type.count !== undefined) {
    const element = elementOf(type);
    const step = registersOf(element);
    return Array.from({ length: type.count }, (_, i) => cellsOf(element, byColumn, first + i * step)).flat();
  }
  if (type.struct) {
    let at = first;
    return type.struct.fields.flatMap(f => {
      const cells = cellsOf(f.type, byColumn, at);
      at += registersOf(f.type);
      return cells;
    });
  }
  return Array.from({ length: sizeOf(type) }, (_, i) => {
    const column = Math.floor(i / type.rows);
    const row = i % type.rows;
    if (type.columns === 1) return { register: first, lane: row };
    return byColumn ? { register: first + column, lane: row } : { register: first + row, lane: column };
  });
}

/** Compares variables by name: ANGLE declares them in that order. */
export const byName = (a: Variable, b: Variable): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
