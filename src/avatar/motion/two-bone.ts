import { quat, vec3 } from 'gl-matrix';
import type { Pose } from '../skeleton/pose.ts';

/** Maximum extension of a leg. A leg pulled straight makes the knee snap at the end of its reach. */
const STRAIGHTEST = 0.9995;
/** A shorter bone is ignored. Metres. */
const SHORTEST = 1e-5;

const thigh = vec3.create();
const shin = vec3.create();
const reach = vec3.create();
const axis = vec3.create();
const bend = quat.create();
const swing = quat.create();
const parentRotation = quat.create();
const local = quat.create();
const step = quat.create();
/** A knee bent less than about this angle bends about its hinge, not about the axis of its current bend. Radians. */
const NEARLY_STRAIGHT = 0.15;

/**
 * Bends and swings a leg so that its end reaches `target`, or comes as near as it can. The last joint keeps its direction.
 * It is exact unless joints have uneven scales. Allocates nothing.
 *
 * @param upper, lower, end - joints, each a descendant of the previous one.
 * @param hip, knee, ankle - their positions in `pose`, in the avatar's space, like `target`.
 * @param hinge - the axis about which a straight knee bends, unit length.
 */
export function reachWith(
  { rotations }: Pose,
  parents: Int16Array,
  upper: number,
  lower: number,
  end: number,
  hip: vec3,
  knee: vec3,
  ankle: vec3,
  target: vec3,
  hinge: vec3,
): void {
  vec3.subtract(thigh, hip, knee);
  vec3.subtract(shin, ankle, knee);
  vec3.subtract(reach, ankle, hip);
  // Squares first: numbers returned by functions may be boxed.
  let a = 0;
  let b = 0;
  let now = 0;
  let wanted = 0;
  for (let k = 0; k < 3; k++) {
    a += thigh[k] * thigh[k];
    b += shin[k] * shin[k];
    now += reach[k] * reach[k];
    reach[k] = target[k] - hip[k];
    wanted += reach[k] * reach[k];
  }
  a = Math.sqrt(a);
  b = Math.sqrt(b);
  now = Math.sqrt(now);
  wanted = Math.sqrt(wanted);
  if (a < SHORTEST || b < SHORTEST || wanted < SHORTEST) return;
  const most = Math.max((a + b) * STRAIGHTEST, Math.min(now, a + b));
  const length = Math.min(most, Math.max(wanted, Math.abs(a - b) + SHORTEST));
  quat.identity(bend);
  // First about a blend of the current bend axis and the hinge; then the remainder about the new bend axis.
  for (let pass = 0; pass < 2; pass++) {
    vec3.cross(axis, thigh, shin);
    const share = 1 / (a * b);
    const bent = (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]) * share * share;
    const stiff = pass === 0 || bent < NEARLY_STRAIGHT ** 2 ? NEARLY_STRAIGHT : 0;
    for (let k = 0; k < 3; k++) axis[k] = axis[k] * share + hinge[k] * stiff;
    vec3.normalize(axis, axis);
    // Law of cosines: the required and the current angle at the knee.
    const cosine = Math.min(1, Math.max(-1, (a * a + b * b - length * length) / (2 * a * b)));
    const half =
      (Math.acos(cosine) -
        Math.acos(Math.min(1, Math.max(-1, (thigh[0] * shin[0] + thigh[1] * shin[1] + thigh[2] * shin[2]) * share)))) /
      2;
    // `quat.setAxisAngle` written out: a number argument may be boxed.
    const sine = Math.sin(half);
    for (let k = 0; k < 3; k++) step[k] = axis[k] * sine;
    step[3] = Math.cos(half);
    vec3.transformQuat(shin, shin, step);
    quat.multiply(bend, step, bend);
  }
  // Rotates the bent leg's end direction, seen from the hip, to the target.
  vec3.subtract(shin, shin, thigh);
  vec3.normalize(shin, shin);
  vec3.normalize(reach, reach);
  quat.rotationTo(swing, shin, reach);

  rotationOf(step, rotations, parents, end);
  turn(rotations, parents, lower, bend);
  turn(rotations, parents, upper, swing);
  // Restores the foot's direction: (its parent's rotation)^-1 x its rotation.
  rotationOf(parentRotation, rotations, parents, parents[end]);
  quat.conjugate(parentRotation, parentRotation);
  quat.multiply(local, parentRotation, step);
  store(rotations, end, local);
}

/** Rotates a joint about itself by a rotation of the avatar's space: p^-1 turn p q. */
function turn(rotations: Float32Array, parents: Int16Array, joint: number, by: quat): void {
  rotationOf(parentRotation, rotations, parents, parents[joint]);
  load(local, rotations, joint);
  quat.multiply(local, parentRotation, local);
  quat.multiply(local, by, local);
  quat.conjugate(parentRotation, parentRotation);
  quat.multiply(local, parentRotation, local);
  store(rotations, joint, local);
}

const each = quat.create();

/** Computes a joint's rotation in the avatar's space; the identity for -1. */
function rotationOf(out: quat, rotations: Float32Array, parents: Int16Array, joint: number): void {
  quat.identity(out);
  for (let j = joint; j >= 0; j = parents[j]) {
    load(each, rotations, j);
    quat.multiply(out, each, out);
  }
}

function load(out: quat, rotations: Float32Array, joint: number): void {
  for (let k = 0; k < 4; k++) out[k] = rotations[joint * 4 + k];
}

function store(rotations: Float32Array, joint: number, rotation: quat): void {
  quat.normalize(rotation, rotation);
  for (let k = 0; k < 4; k++) rotations[joint * 4 + k] = rotation[k];
}
