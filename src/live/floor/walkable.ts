/** Where people can walk: a grid over the floor. */
export interface Walkable {
  /** Side of a cell, metres. */
  readonly cell: number;
  /** The corner of cell 0, 0. */
  readonly x: number;
  readonly z: number;
  readonly columns: number;
  readonly rows: number;
  /** 1 where the middle of a person can be, row by row. */
  readonly free: Uint8Array;
  /** Height of the floor, metres. */
  readonly height: Float32Array;
}

/** Returns the cell at a point; -1 outside of the grid. */
export function cellAt({ cell, x, z, columns, rows }: Walkable, px: number, pz: number): number {
  const column = Math.floor((px - x) / cell);
  const row = Math.floor((pz - z) / cell);
  return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : row * columns + column;
}

/** Returns whether a straight line between two points stays on free cells. */
export function isClear(floor: Walkable, ax: number, az: number, bx: number, bz: number): boolean {
  const steps = Math.ceil(Math.hypot(bx - ax, bz - az) / (floor.cell / 3)) + 1;
  for (let i = 0; i <= steps; i++) {
    const at = cellAt(floor, ax + ((bx - ax) * i) / steps, az + ((bz - az) * i) / steps);
    if (at < 0 || floor.free[at] === 0) return false;
  }
  return true;
}

/** Returns the free cell nearest to a point, within `reach` metres; -1 if there is none. */
export function nearestFree(floor: Walkable, px: number, pz: number, reach: number): number {
  const { cell, x, z, columns, rows, free } = floor;
  const span = Math.ceil(reach / cell);
  const column = Math.floor((px - x) / cell);
  const row = Math.floor((pz - z) / cell);
  let best = -1;
  let nearest = reach;
  for (let r = Math.max(0, row - span); r <= Math.min(rows - 1, row + span); r++) {
    for (let c = Math.max(0, column - span); c <= Math.min(columns - 1, column + span); c++) {
      if (free[r * columns + c] === 0) continue;
      const away = Math.hypot(x + (c + 0.5) * cell - px, z + (r + 0.5) * cell - pz);
      if (away >= nearest) continue;
      nearest = away;
      best = r * columns + c;
    }
  }
  return best;
}
