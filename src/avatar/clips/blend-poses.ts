/** Blends and adds poses. */

import type { Pose } from '../skeleton/pose.ts';

/**
 * Blends `pose` towards `other` by `weight` (0: unchanged, 1: equals `other`), joint by joint.
 * Translations and scales are linear; rotations take the shorter arc. Allocates nothing.
 */
export function blendPoses(pose: Pose, other: Pose, weight: number): void {
  mix(pose.translations, other.translations, weight);
  mix(pose.scales, other.scales, weight);
  const a = pose.rotations;
  const b = other.rotations;
  for (let i = 0; i < a.length; i += 4) {
    const dot = a[i] * b[i] + a[i + 1] * b[i + 1] + a[i + 2] * b[i + 2] + a[i + 3] * b[i + 3];
    const wb = dot < 0 ? -weight : weight;
    const wa = 1 - weight;
    const x = a[i] * wa + b[i] * wb;
    const y = a[i + 1] * wa + b[i + 1] * wb;
    const z = a[i + 2] * wa + b[i + 2] * wb;
    const w = a[i + 3] * wa + b[i + 3] * wb;
    const unit = 1 / Math.sqrt(x * x + y * y + z * z + w * w);
    a[i] = x * unit;
    a[i + 1] = y * unit;
    a[i + 2] = z * unit;
    a[i + 3] = w * unit;
  }
}

function mix(a: Float32Array, b: Float32Array, weight: number): void {
  for (let i = 0; i < a.length; i++) a[i] += (b[i] - a[i]) * weight;
}

/**
 * Adds a gesture to `pose`: the change from `reference` to `sample`, scaled by `weight`, for the given joints only.
 * Scales stay unchanged. Allocates nothing.
 */
export function addPose(pose: Pose, sample: Pose, reference: Pose, joints: Uint16Array, weight: number): void {
  for (let n = 0; n < joints.length; n++) {
    const t = joints[n] * 3;
    for (let k = t; k < t + 3; k++) pose.translations[k] += (sample.translations[k] - reference.translations[k]) * weight;
    addRotation(pose.rotations, sample.rotations, reference.rotations, joints[n] * 4, weight);
  }
}

/** p = p (r^-1 s)^weight. The power is a normalised linear blend from the identity. */
function addRotation(p: Float32Array, s: Float32Array, r: Float32Array, i: number, weight: number): void {
  const rx = -r[i];
  const ry = -r[i + 1];
  const rz = -r[i + 2];
  const rw = r[i + 3];
  let x = rw * s[i] + rx * s[i + 3] + ry * s[i + 2] - rz * s[i + 1];
  let y = rw * s[i + 1] - rx * s[i + 2] + ry * s[i + 3] + rz * s[i];
  let z = rw * s[i + 2] + rx * s[i + 1] - ry * s[i] + rz * s[i + 3];
  let w = rw * s[i + 3] - rx * s[i] - ry * s[i + 1] - rz * s[i + 2];
  const side = w < 0 ? -weight : weight;
  x *= side;
  y *= side;
  z *= side;
  w = 1 - weight + w * side;
  const unit = 1 / Math.sqrt(x * x + y * y + z * z + w * w);
  x *= unit;
  y *= unit;
  z *= unit;
  w *= unit;
  const px = p[i];
  const py = p[i + 1];
  const pz = p[i + 2];
  const pw = p[i + 3];
  p[i] = pw * x + px * w + py * z - pz * y;
  p[i + 1] = pw * y - px * z + py * w + pz * x;
  p[i + 2] = pw * z + px * y - py * x + pz * w;
  p[i + 3] = pw * w - px * x - py * y - pz * z;
}
