import type { Variable } from './glsl/ast.ts';
import { elementOf, sizeOf, type Type } from './glsl/type.ts';

/** Where a scalar of a variable lives: register from the variable's first, and lane in it. */
export interface Cell {
  readonly register: number;
  readonly lane: number;
}

/** Registers that a value of the type takes: one for a scalar or vector, the rows of a matrix, fields one after another. */
export function registersOf(type: Type): number {
  if (type.count !== undefined) return type.count * registersOf(elementOf(type));
  if (type.struct) return type.struct.fields.reduce((n, f) => n + registersOf(f.type), 0);
  return type.columns > 1 ? type.rows : 1;
}

/** The cell of every scalar, in GLSL's order (matrices by column). ANGLE hands matrices over so that a register holds a row. */
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

/** ANGLE declares variables in the order of their names. */
export const byName = (a: Variable, b: Variable): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
