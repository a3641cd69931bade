import { cellAt, type Walkable } from './walkable.ts';

/** Deviations from the wanted direction that are tried, radians. Walls up to 60 degrees off are followed; others stop the walk. */
const TURNS = [0, 0.26, -0.26, 0.52, -0.52, 0.79, -0.79, 1.05, -1.05];
/** Less progress than this counts as none, metres. */
const LEAST = 0.05;

/**
 * Chooses where keys lead: the end of the straight way that makes the most progress in the wanted direction, along a wall if one is in the
 * way.
 *
 * @param direction - radians: 0 along z, a quarter turn along x.
 * @param most - maximum length of the way, metres.
 * @returns x and z; undefined if there is no way.
 */
export function walkAhead(floor: Walkable, x: number, z: number, direction: number, most: number): [number, number] | undefined {
  let best = LEAST;
  let found: [number, number] | undefined;
  for (const turn of TURNS) {
    const sin = Math.sin(direction + turn);
    const cos = Math.cos(direction + turn);
    const metres = freeMetres(floor, x, z, sin, cos, most);
    const progress = metres * Math.cos(turn);
    if (progress <= best + 0.01) continue;
    best = progress;
    found = [x + metres * sin, z + metres * cos];
  }
  return found;
}

/** Returns how far a straight line stays on free cells, metres. */
function freeMetres(floor: Walkable, x: number, z: number, sin: number, cos: number, most: number): number {
  const step = floor.cell / 3;
  let metres = 0;
  while (metres + step <= most) {
    const at = cellAt(floor, x + (metres + step) * sin, z + (metres + step) * cos);
    if (at < 0 || floor.free[at] === 0) break;
    metres += step;
  }
  return metres;
}
