/** The guests' clips: recorded ones and choreographed ones. */

import type { AnimationAsset } from '../../../assets/motion/animation-asset.ts';
import { choreograph, type FigurePose, type Humanoid, readCapture } from './captured-humanoid.ts';

type Turns = Record<string, readonly [number, number, number]>;
const wave = (t: number, period: number, shift = 0) => Math.sin((2 * Math.PI * t) / period + shift);
const hipHeight = 1.021;
const sides = [
  ['Left', 1],
  ['Right', -1],
] as const;

/** Bends both knees by `bend` radians. It returns how far the hips sink, metres (thigh 0.458 m, shin 0.444 m). */
function crouch(turns: Turns, bend: number, spread = 0.06): number {
  for (const [side, sign] of sides) {
    turns[`${side}UpLeg`] = [-bend, 0, sign * spread];
    turns[`${side}Leg`] = [bend * 1.95, 0, 0];
    turns[`${side}Foot`] = [-bend * 0.95, 0, -sign * spread];
  }
  return 0.9 * (1 - Math.cos(bend));
}

/** Curls the fingers a little, because an open T-pose hand looks lifeless. */
function relaxedHands(turns: Turns, curl = 0.35): void {
  for (const [side, sign] of sides)
    for (const finger of ['Index', 'Middle', 'Ring', 'Pinky'])
      for (const k of [1, 2]) turns[`${side}Hand${finger}${k}`] = [0, 0, -sign * curl];
}

function dance(t: number): FigurePose {
  const turns: Turns = {};
  const beat = Math.abs(wave(t, 1));
  const drop = crouch(turns, 0.16 + 0.26 * (1 - beat), 0.13);
  const sway = wave(t, 2);
  turns.Hips = [0.03, 0.16 * wave(t, 2), 0.09 * sway];
  turns.Spine = [0.05, 0.14 * wave(t, 2, 0.6), -0.1 * sway];
  turns.Spine2 = [0.03, -0.22 * wave(t, 2, 0.3), -0.06 * sway];
  turns.Head = [0.1 * (1 - beat), 0.2 * wave(t, 4), 0.08 * sway];
  const lift = 0.5 + 0.5 * wave(t, 4, 0.5);
  turns.LeftArm = [0, 0, -0.85 + 1.35 * lift];
  turns.RightArm = [0, 0, 0.85 - 1.35 * (1 - lift)];
  turns.LeftForeArm = [0, -0.5, 0.75 + 0.3 * wave(t, 1)];
  turns.RightForeArm = [0, 0.5, -0.75 - 0.3 * wave(t, 1, 1)];
  relaxedHands(turns, 0.3);
  return { turns, hips: [0.05 * sway, hipHeight - drop, 0] };
}

function twist(t: number): FigurePose {
  const turns: Turns = {};
  const drop = crouch(turns, 0.42 + 0.2 * wave(t, 4), 0.1);
  const turn = wave(t, 1);
  turns.Hips = [0.06, 0.36 * turn, 0];
  turns.Spine = [0, -0.26 * turn, 0];
  turns.Spine2 = [0.04, -0.34 * turn, 0.04 * wave(t, 2)];
  turns.Head = [-0.04, 0.18 * turn, 0.07 * wave(t, 2)];
  for (const [side, sign] of sides) {
    turns[`${side}Arm`] = [0.1 * sign * turn, 0, -sign * 0.95];
    turns[`${side}ForeArm`] = [0, -sign * (1.25 + 0.35 * sign * turn), 0];
  }
  relaxedHands(turns, 0.6);
  return { turns, hips: [0, hipHeight - drop, 0] };
}

function greeting(t: number): FigurePose {
  const turns: Turns = {};
  const breath = 0.015 * wave(t, 4);
  turns.Spine1 = [breath, 0, 0.02 * wave(t, 4)];
  turns.LeftArm = [0, 0, -1.28 + breath];
  turns.LeftForeArm = [0, -0.2, 0];
  turns.RightArm = [0, 0.15, -0.05];
  turns.RightForeArm = [0, 0, -1.2 + 0.32 * wave(t, 1)];
  turns.RightHand = [0, 0, 0.2 * wave(t, 1, -0.6)];
  turns.Head = [0.02, -0.12, 0.06 * wave(t, 2)];
  relaxedHands(turns, 0.12);
  return { turns, hips: [0, hipHeight, 0] };
}

/** Returns a pose on a seat of `height` metres. Thighs lie on it, feet hang or stand, hands rest on the thighs. */
function seated(height: number, t: number): FigurePose {
  const turns: Turns = {};
  const high = height > 0.6;
  const breath = 0.02 * wave(t, 4);
  for (const [side, sign] of sides) {
    turns[`${side}UpLeg`] = [high ? -1.15 : -1.5, sign * 0.12, 0];
    turns[`${side}Leg`] = [high ? 1.25 : 1.4, 0, 0];
    turns[`${side}Foot`] = [high ? -0.1 : 0.1, 0, 0];
    turns[`${side}Arm`] = [-0.2, 0, -sign * 1.24];
    turns[`${side}ForeArm`] = [0, -sign * 0.68, 0];
  }
  turns.Hips = [-0.06, 0, 0];
  turns.Spine = [-0.02 + breath, 0, 0];
  turns.Spine2 = [0.04 + breath, 0.05 * wave(t, 8), 0];
  turns.Head = [0.04, 0.22 * wave(t, 8), 0.05 * wave(t, 4, 1)];
  relaxedHands(turns, 0.3);
  return { turns, hips: [0, height + 0.115, 0] };
}

/** Hanging arms. Gestures start and end here, because only the difference from their first pose counts. */
const hanging: Turns = {
  LeftArm: [0, 0, -1.28],
  RightArm: [0, 0, 1.28],
  LeftForeArm: [0, -0.15, 0],
  RightForeArm: [0, 0.15, 0],
};
const HELLO_SECONDS = 2.4;

/** Returns 0 at both ends of a gesture and 1 in between. */
function envelope(t: number, duration: number, edge = 0.45): number {
  const f = Math.min(1, Math.max(0, Math.min(t, duration - t) / edge));
  return f * f * (3 - 2 * f);
}

/**
 * Returns a pose between hanging arms and a gesture.
 *
 * @param share - of the gesture, 0..1.
 */
function raised(gesture: Turns, share: number): FigurePose {
  const turns: Turns = {};
  for (const joint of new Set([...Object.keys(hanging), ...Object.keys(gesture)])) {
    const from = hanging[joint] ?? [0, 0, 0];
    const to = gesture[joint] ?? hanging[joint] ?? [0, 0, 0];
    turns[joint] = [0, 1, 2].map(k => from[k] + (to[k] - from[k]) * share) as [number, number, number];
  }
  return { turns, hips: [0, hipHeight, 0] };
}

function hello(t: number): FigurePose {
  const arm: Turns = {
    RightArm: [0, 0.15, -0.05],
    RightForeArm: [0, 0, -1.2 + 0.34 * wave(t, 0.6)],
    RightHand: [0, 0, 0.22 * wave(t, 0.6, -0.6)],
    Head: [0.02, -0.1, 0.06],
  };
  return raised(arm, envelope(t, HELLO_SECONDS));
}

function clap(t: number): FigurePose {
  const apart = 0.5 + 0.5 * wave(t, 0.3);
  const turns: Turns = { Spine2: [0.03 * apart, 0, 0], Head: [0.04, 0.05 * wave(t, 1.2), 0] };
  for (const [side, sign] of sides) {
    turns[`${side}Arm`] = [0, -sign * 0.62, -sign * 0.92];
    turns[`${side}ForeArm`] = [0, -sign * (1.62 - 0.3 * apart), sign * 0.35];
  }
  return raised(turns, envelope(t, HELLO_SECONDS));
}

function laugh(t: number): FigurePose {
  const shake = wave(t, 0.24);
  const turns: Turns = {
    Spine: [0.1 + 0.02 * shake, 0, 0],
    Spine2: [0.1 + 0.05 * shake, 0, 0.02 * wave(t, 0.5)],
    Head: [-0.28 + 0.06 * shake, 0.1 * wave(t, 1.3), 0.05 * wave(t, 0.9)],
  };
  for (const [side, sign] of sides) {
    turns[`${side}Arm`] = [0, -sign * 0.35, -sign * (1.1 + 0.03 * shake)];
    turns[`${side}ForeArm`] = [0, -sign * 1.55, 0];
  }
  return raised(turns, envelope(t, HELLO_SECONDS));
}

/** Makes a clip play once, as gestures do. */
const once = (clip: AnimationAsset): AnimationAsset => ({ ...clip, loop: false });

/** Builds all clips that the guests share. */
export async function guestClips(humanoid: Humanoid): Promise<AnimationAsset[]> {
  return [
    await readCapture(humanoid, 'idle', 'idle'),
    await readCapture(humanoid, 'walking', 'walk'),
    await readCapture(humanoid, 'running', 'run'),
    choreograph(humanoid, 'dance', 4, dance),
    choreograph(humanoid, 'twist', 4, twist),
    choreograph(humanoid, 'wave', 4, greeting),
    choreograph(humanoid, 'sit', 8, t => seated(0.495, t)),
    choreograph(humanoid, 'perch', 8, t => seated(0.79, t)),
    once(choreograph(humanoid, 'hello', HELLO_SECONDS, hello)),
    once(choreograph(humanoid, 'clap', HELLO_SECONDS, clap)),
    once(choreograph(humanoid, 'laugh', HELLO_SECONDS, laugh)),
  ];
}
