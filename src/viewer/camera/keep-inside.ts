import type { Vector3 } from 'three';

/** The box that the camera and its target stay inside, metres. */
export interface Bounds {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
}

/** Distance that the camera keeps from the walls, metres. */
const WALL = 0.25;

/** Moves a point into the box if it is outside. */
export function keepInside({ min, max }: Bounds, point: Vector3): void {
  point.set(clamp(point.x, min[0], max[0]), clamp(point.y, min[1], max[1]), clamp(point.z, min[2], max[2]));
}

/** Returns how far a point can move in a direction (of length 1) and stay 25 cm from the walls: at most `most` metres. */
export function wayToWalls({ min, max }: Bounds, from: Vector3, direction: Vector3, most: number): number {
  const x = wayToWall(from.x, direction.x, min[0], max[0], most);
  const y = wayToWall(from.y, direction.y, min[1], max[1], most);
  const z = wayToWall(from.z, direction.z, min[2], max[2], most);
  return Math.min(x, y, z);
}

/** The same along one axis. */
function wayToWall(from: number, direction: number, low: number, high: number, most: number): number {
  if (Math.abs(direction) < 1e-6) return most;
  return direction > 0 ? (high - WALL - from) / direction : (low + WALL - from) / direction;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
