import { beforeAll, describe, expect, it } from 'vitest';
import { decodeAnimation } from '../../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../../src/assets/motion/decode-skeleton.ts';
import { Avatar } from '../../../src/avatar/avatar.ts';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import type { Ground } from '../../../src/avatar/motion/foot-plant.ts';
import { loadFootPlanting } from '../../../src/avatar/motion/planted-feet.ts';
import { createWalkPath } from '../../../src/avatar/motion/walk-path.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { footSpeed } from '../../../src/import/model/stride.ts';
import { CROQUET, readFigure } from '../figures.ts';

const FPS = 60;
const SIDES = ['left', 'right'] as const;
let skeleton: Skeleton;
let figure: (plants: boolean, ground?: Ground) => Avatar;

beforeAll(async () => {
  await loadFootPlanting();
  const asset = decodeSkeleton(readFigure(CROQUET[0].path), 'idle.glb');
  skeleton = new Skeleton(asset);
  const humanoid = Object.fromEntries([...skeleton.humanoid].map(([bone, joint]) => [bone, skeleton.names[joint]]));
  const clips = CROQUET.map(({ name, path }) => {
    const clip = { ...decodeAnimation(readFigure(path), path), name };
    return compileClip({ ...clip, speed: footSpeed(clip, { ...asset, humanoid }) }, skeleton);
  });
  figure = (plants, ground) => {
    const avatar = new Avatar(skeleton);
    for (const clip of clips) avatar.animator.add(clip);
    avatar.plantsFeet = plants;
    avatar.ground = ground;
    return avatar;
  };
});

const joint = (bone: string) => skeleton.humanoid.get(bone) ?? -1;

/** Returns a joint's place in the room. */
function place({ matrix: m, world }: Avatar, j: number): number[] {
  return [0, 1, 2].map(
    k => m[k] * world[j * 16 + 12] + m[4 + k] * world[j * 16 + 13] + m[8 + k] * world[j * 16 + 14] + m[12 + k],
  );
}

const apart = (a: number[], b: number[]) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Returns how far the ball of a foot slides at most while the clip has it low and slow, metres a stance. */
function slide(avatar: Avatar, judge: Avatar, seconds: number): number {
  const start: (number[] | undefined)[] = [undefined, undefined];
  let before: number[][] = [];
  let worst = 0;
  for (let frame = 0; frame < seconds * FPS; frame++) {
    for (const one of [avatar, judge]) one.update(1 / FPS);
    const balls = SIDES.map(side => place(judge, joint(`${side}Toes`)));
    SIDES.forEach((side, i) => {
      const speed = before[i] ? Math.hypot(balls[i][0] - before[i][0], balls[i][2] - before[i][2]) * FPS : Infinity;
      const down = balls[i][1] < skeletonRest(`${side}Toes`) + 0.02 && speed < 0.35;
      const now = place(avatar, joint(`${side}Toes`));
      if (!down) start[i] = undefined;
      else start[i] ??= now;
      const from = start[i];
      if (from) worst = Math.max(worst, Math.hypot(now[0] - from[0], now[2] - from[2]));
    });
    before = balls;
  }
  return worst;
}

function skeletonRest(bone: string): number {
  const rest = new Avatar(skeleton);
  return rest.world[joint(bone) * 16 + 13];
}

const loop = createWalkPath([
  [-3, 0, -3],
  [3, 0, -3],
  [3, 0, 3],
  [-3, 0, 3],
]);

describe('planted feet', () => {
  it.each([1, 0.8, 1.2])('do not slide while walking at %f of the clip’s own speed', share => {
    const walker = (plants: boolean) => {
      const avatar = figure(plants);
      avatar.animator.play('walking', { fade: 0 });
      avatar.follow(loop, (avatar.animator.current?.speed ?? 0) * share);
      return avatar;
    };
    const planted = slide(walker(true), walker(false), 12);
    const free = slide(walker(false), walker(false), 12);
    console.log(`a foot that is down slides ${(planted * 1000).toFixed(1)} mm, without planting ${(free * 1000).toFixed(1)} mm`);
    expect(planted).toBeLessThan(0.015);
    expect(free).toBeGreaterThan(5 * planted);
  });

  it('stand on their own steps, lower the hips for the lower foot and keep the lengths of bones', () => {
    const ground: Ground = x => (x < 0 ? -0.18 : 0.07);
    const [avatar, flat] = [figure(true, ground), figure(false)];
    for (const one of [avatar, flat]) one.animator.play('idle', { fade: 0 });
    for (let frame = 0; frame < 120; frame++) {
      for (const one of [avatar, flat]) one.update(1 / FPS);
      for (const side of SIDES) {
        const [x, y] = place(avatar, joint(`${side}Toes`));
        expect(Math.abs(y - place(flat, joint(`${side}Toes`))[1] - ground(x, 0))).toBeLessThan(0.002);
        for (const [a, b] of [
          ['UpperLeg', 'LowerLeg'],
          ['LowerLeg', 'Foot'],
        ]) {
          const length = (one: Avatar) => apart(place(one, joint(side + a)), place(one, joint(side + b)));
          expect(Math.abs(length(avatar) - length(flat))).toBeLessThan(1e-4);
        }
      }
    }
    expect(place(avatar, joint('hips'))[1]).toBeCloseTo(place(flat, joint('hips'))[1] - 0.18, 2);
    // The foot keeps the clip's direction.
    const across = (one: Avatar) => [0, 5, 10].map(k => one.world[joint('leftFoot') * 16 + k]);
    across(avatar).forEach((x, k) => {
      expect(x).toBeCloseTo(across(flat)[k], 3);
    });
  });

  it('add little joint motion a frame on steps and between walking and standing', () => {
    const ground: Ground = x => (Math.abs(x) < 1.5 ? 0.15 : 0);
    const [planted, free] = [figure(true, ground), figure(false)];
    // Knees are separate: the knee of a straight leg moves far when its foot rises a little.
    const worst = [0, 0];
    let before: number[][][] = [];
    for (const avatar of [planted, free]) {
      avatar.animator.play('walking', { fade: 0 });
      avatar.follow(loop, 1.4);
    }
    for (let frame = 0; frame < 14 * FPS; frame++) {
      for (const avatar of [planted, free]) {
        if (frame === 6 * FPS) {
          avatar.stop();
          avatar.animator.play('idle', { fade: 0.3 });
        }
        if (frame === 9 * FPS) avatar.animator.play('walking', { fade: 0.3 });
      }
      const now = [planted, free].map(avatar => {
        avatar.update(1 / FPS);
        return skeleton.names.map((_, j) => place(avatar, j));
      });
      if (before.length > 0)
        now[0].forEach((p, j) => {
          const jump = apart(p, before[0][j]) - apart(now[1][j], before[1][j]);
          const knee = SIDES.some(side => joint(`${side}LowerLeg`) === j);
          worst[knee ? 1 : 0] = Math.max(worst[knee ? 1 : 0], jump);
        });
      before = now;
    }
    console.log(`farther in a frame: ${worst.map(x => (x * 1000).toFixed(0)).join(', knees ')} mm`);
    expect(worst[0]).toBeLessThan(0.03);
    expect(worst[1]).toBeLessThan(0.07);
  });

  it('change nothing on a flat floor without sliding, and tolerate unknown floors and figures without legs', () => {
    const [planted, free] = [figure(true, () => Number.NaN), figure(false)];
    for (const avatar of [planted, free]) {
      avatar.place([1, 0.3, 2]);
      avatar.update(0);
    }
    expect([...planted.world]).toEqual([...free.world]);
    planted.ground = () => 1e9;
    planted.update(0.1);
    planted.update(0);
    planted.update(10);
    expect(planted.world.every(Number.isFinite)).toBe(true);
    const bare = new Avatar(new Skeleton({ ...new Skeletal(), humanoid: {} }));
    bare.plantsFeet = true;
    bare.update(0.1);
    expect(bare.version).toBeGreaterThan(0);
  });
});

/** Two joints, without legs. */
class Skeletal {
  names = ['a', 'b'];
  parents = Int16Array.of(-1, 0);
  translations = new Float32Array(6);
  rotations = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1);
  scales = new Float32Array(6).fill(1);
}
