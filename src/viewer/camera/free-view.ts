import { type Object3D, Vector3 } from 'three';
import { freeWay } from '../../render/covered.ts';
import type { View } from './camera-rig.ts';

/** Distance that the camera keeps from a wall, and radius of the smallest thing that blocks it, metres. */
const WALL = 0.25;
const SMALLEST = 0.5;
/** Deviations from the current side that are tried, degrees. */
const TURNS = [0, 30, -30, 60, -60, 90, -90, 130, -130, 180];

const to = new Vector3();

/**
 * Finds a position to look at a face from, at a given distance. It is on the current side, or the nearest side where neither wall nor
 * furniture is in between. If every side is blocked, it is the side with the most space.
 *
 * @param eye - where the camera is now.
 */
export function freeView(root: Object3D, face: Vector3, eye: Vector3, distance: number): View {
  const from = Math.atan2(eye.x - face.x, eye.z - face.z);
  const rise = Math.max(-0.2, Math.min(0.6, (eye.y - face.y) / Math.max(0.1, Math.hypot(eye.x - face.x, eye.z - face.z))));
  let best = 0;
  let angle = from;
  for (const turn of TURNS) {
    const direction = from + (turn * Math.PI) / 180;
    const whole = distance + WALL;
    to.set(Math.sin(direction), rise, Math.cos(direction)).setLength(whole).add(face);
    const free = freeWay(root, face, to, SMALLEST) * whole - WALL;
    if (free <= best + 0.05) continue;
    best = free;
    angle = direction;
    if (free > distance - 0.01) break;
  }
  to.set(Math.sin(angle), rise, Math.cos(angle))
    .setLength(Math.max(0.4, Math.min(distance, best)))
    .add(face);
  return { position: [to.x, to.y, to.z], target: [face.x, face.y, face.z] };
}
