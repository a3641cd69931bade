import { cellAt, isClear, nearestFree, type Walkable } from './walkable.ts';

type Point = [number, number, number];

/** Distance at which a walk to an unreachable goal (a table, a wall) ends, metres. */
const REACH = 1.5;
/** A change of the floor's height by more than this adds a point to the way, metres. */
const STEP = 0.012;
const DIAGONAL = Math.SQRT2;

/**
 * Finds the way over the floor from one point to another, or to the free place nearest to it. It is grid A* (Hart, Nilsson, Raphael 1968),
 * pulled straight where nothing is in between. three-pathfinding needs a navigation mesh and recast is 300 KB; a lounge has 14,000 cells.
 *
 * @returns the points of the way; undefined if there is none.
 */
export function findWay(floor: Walkable, from: readonly number[], to: readonly number[]): Point[] | undefined {
  const start = freeCell(floor, from[0], from[2]);
  const goal = freeCell(floor, to[0], to[2]);
  if (start < 0 || goal < 0) return undefined;
  const cells = search(floor, start, goal);
  if (!cells) return undefined;
  const corners: Point[] = [[from[0], from[1], from[2]]];
  for (const at of cells.slice(1, -1)) corners.push(middle(floor, at));
  // The goal itself, if it is free.
  corners.push(cellAt(floor, to[0], to[2]) === goal ? [to[0], floor.height[goal], to[2]] : middle(floor, goal));
  return onTheFloor(floor, straightened(floor, corners)).map(rounded);
}

function freeCell(floor: Walkable, x: number, z: number): number {
  const at = cellAt(floor, x, z);
  return at >= 0 && floor.free[at] ? at : nearestFree(floor, x, z, REACH);
}

function search(floor: Walkable, start: number, goal: number): number[] | undefined {
  const { columns, rows, free } = floor;
  const cost = new Float32Array(columns * rows).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(columns * rows).fill(-1);
  const open = new Heap();
  const left = (at: number) => octile((at % columns) - (goal % columns), Math.floor(at / columns) - Math.floor(goal / columns));
  cost[start] = 0;
  open.push(start, left(start));
  for (let at = open.pop(); at >= 0; at = open.pop()) {
    if (at === goal) return traced(before, start, goal);
    const column = at % columns;
    const row = (at - column) / columns;
    for (let dr = -1; dr <= 1; dr++) {
      for (let dc = -1; dc <= 1; dc++) {
        const c = column + dc;
        const r = row + dr;
        if ((dc === 0 && dr === 0) || c < 0 || r < 0 || c >= columns || r >= rows) continue;
        const next = r * columns + c;
        // There is no way between two blocked cells that touch at a corner.
        if (!free[next] || (dc !== 0 && dr !== 0 && !(free[row * columns + c] && free[r * columns + column]))) continue;
        const way = cost[at] + (dc !== 0 && dr !== 0 ? DIAGONAL : 1);
        if (way >= cost[next]) continue;
        cost[next] = way;
        before[next] = at;
        open.push(next, way + left(next));
      }
    }
  }
  return undefined;
}

function traced(before: Int32Array, start: number, goal: number): number[] {
  const cells = [goal];
  for (let at = goal; at !== start; ) cells.push((at = before[at]));
  return cells.reverse();
}

/** Removes corners that a straight line can skip. */
function straightened(floor: Walkable, points: readonly Point[]): Point[] {
  const kept = [points[0]];
  for (let i = 0; i < points.length - 1; ) {
    let next = points.length - 1;
    while (next > i + 1 && !isClear(floor, points[i][0], points[i][2], points[next][0], points[next][2])) next--;
    kept.push(points[next]);
    i = next;
  }
  return kept;
}

/** Adds points where the floor has steps between corners. */
function onTheFloor(floor: Walkable, corners: readonly Point[]): Point[] {
  const points: Point[] = [corners[0]];
  let height = corners[0][1];
  for (let i = 1; i < corners.length; i++) {
    const [ax, , az] = corners[i - 1];
    const [bx, , bz] = corners[i];
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, bz - az) / floor.cell));
    for (let k = 1; k <= steps; k++) {
      const x = ax + ((bx - ax) * k) / steps;
      const z = az + ((bz - az) * k) / steps;
      const y = floor.height[cellAt(floor, x, z)] ?? height;
      if (k < steps && Math.abs(y - height) < STEP) continue;
      // The step is as short as the grid allows.
      if (Math.abs(y - height) >= STEP) points.push([x - ((bx - ax) / steps) * 0.5, height, z - ((bz - az) / steps) * 0.5]);
      points.push([x, y, z]);
      height = y;
    }
  }
  return points;
}

/** Rounds to millimetres, because a way is sent to everybody. Adding 0 turns -0 into 0. */
function rounded(point: Point): Point {
  return point.map(x => Math.round(x * 1000) / 1000 + 0) as Point;
}

function middle({ cell, x, z, columns, height }: Walkable, at: number): Point {
  return [x + ((at % columns) + 0.5) * cell, height[at], z + (Math.floor(at / columns) + 0.5) * cell];
}

function octile(columns: number, rows: number): number {
  const c = Math.abs(columns);
  const r = Math.abs(rows);
  return Math.max(c, r) + (DIAGONAL - 1) * Math.min(c, r);
}

/** Cells by cost, the lowest first: a binary heap in two arrays. */
class Heap {
  readonly #cells: number[] = [];
  readonly #costs: number[] = [];

  push(cell: number, cost: number): void {
    let i = this.#cells.push(cell) - 1;
    this.#costs.push(cost);
    for (let up = (i - 1) >> 1; i > 0 && this.#costs[up] > cost; i = up, up = (i - 1) >> 1) this.#swap(i, up);
  }

  /** Returns -1 if it is empty. */
  pop(): number {
    const top = this.#cells[0] ?? -1;
    const cell = this.#cells.pop();
    const cost = this.#costs.pop();
    if (cell === undefined || cost === undefined || this.#cells.length === 0) return top;
    this.#cells[0] = cell;
    this.#costs[0] = cost;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < this.#costs.length && this.#costs[child] < this.#costs[least]) least = child;
      if (least === i) return top;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(a: number, b: number): void {
    [this.#cells[a], this.#cells[b]] = [this.#cells[b], this.#cells[a]];
    [this.#costs[a], this.#costs[b]] = [this.#costs[b], this.#costs[a]];
  }
}
