import { mat4, quat, vec3 } from 'gl-matrix';
import { describe, expect, it } from 'vitest';
import { decodeAnimation } from '../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../src/assets/motion/decode-skeleton.ts';
import { Avatar } from '../../src/avatar/avatar.ts';
import { compileClip } from '../../src/avatar/clips/clip.ts';
import { createActiveMorphs, MorphWeights } from '../../src/avatar/clips/morph-weights.ts';
import { loadFootPlanting } from '../../src/avatar/motion/planted-feet.ts';
import { createWalkPath, walkTo } from '../../src/avatar/motion/walk-path.ts';
import { bindSkin, PALETTE_LENGTH, writePalette } from '../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../src/avatar/skeleton/skeleton.ts';
import { FormatError } from '../../src/core/errors.ts';
import { seededRandom } from '../../src/core/random.ts';
import { CROQUET, readFigure } from './figures.ts';
import { animation, chain, moves } from './make-figure.ts';

const croquet = () => {
  const file = readFigure(CROQUET[1].path);
  const skeleton = new Skeleton(decodeSkeleton(file, 'walking.glb'));
  return { skeleton, clip: compileClip({ ...decodeAnimation(file, 'walking.glb'), name: 'walking', speed: 1.5 }, skeleton) };
};

describe('the palette', () => {
  it('equals world x inverse bind in rows, as gl-matrix computes it', () => {
    const random = seededRandom(4);
    const matrices = (n: number) =>
      Float32Array.from(
        Array.from({ length: n }, () => {
          const q = quat.normalize(quat.create(), [random(), random(), random(), random()]);
          return [...mat4.fromRotationTranslationScale(mat4.create(), q, [random(), random(), random()], [1, 2, 0.5])];
        }).flat(),
      );
    const world = matrices(5);
    const inverseBind = matrices(3);
    const binding = { joints: Uint16Array.of(4, 0, 2), inverseBind: Float64Array.from(inverseBind) };
    const palette = new Float32Array(PALETTE_LENGTH);
    writePalette(world, binding, palette);
    binding.joints.forEach((joint, j) => {
      const m = mat4.multiply(
        mat4.create(),
        world.subarray(joint * 16, joint * 16 + 16),
        inverseBind.subarray(j * 16, j * 16 + 16),
      );
      for (let row = 0; row < 3; row++)
        for (let c = 0; c < 4; c++) expect(palette[row * 272 + j * 4 + c]).toBeCloseTo(m[c * 4 + row], 5);
    });
  });

  it('refuses a skin with a joint that the skeleton lacks', () => {
    const skeleton = new Skeleton(chain('hips'));
    const skin = { joints: ['hips', 'wing'], inverseBind: new Float32Array(32) };
    expect(() => bindSkin(skin, skeleton, 'bird.glb')).toThrow(FormatError);
    expect(() => bindSkin(skin, skeleton, 'bird.glb')).toThrow('joints[1], got "wing": bird.glb');
  });
});

describe('an avatar', () => {
  it('walks its loop at its speed, faces ahead, and its feet keep up', () => {
    const { skeleton, clip } = croquet();
    const avatar = new Avatar(skeleton);
    avatar.animator.add(clip);
    avatar.animator.play('walking');
    const path = createWalkPath([
      [0, 0, 0],
      [4, 0, 0],
      [4, 0, 4],
      [0, 0, 4],
    ]);
    avatar.follow(path, 1.2);
    let before = vec3.fromValues(avatar.matrix[12], avatar.matrix[13], avatar.matrix[14]);
    let walked = 0;
    let lastHeading = Math.atan2(avatar.matrix[8], avatar.matrix[10]);
    for (let t = 0; t < path.length / 1.2; t += 1 / 60) {
      avatar.update(1 / 60);
      const now = vec3.fromValues(avatar.matrix[12], avatar.matrix[13], avatar.matrix[14]);
      const heading = Math.atan2(avatar.matrix[8], avatar.matrix[10]);
      const moved = vec3.sub(vec3.create(), now, before);
      expect(vec3.length(moved)).toBeCloseTo(0.02, 3);
      expect((moved[0] * Math.sin(heading) + moved[2] * Math.cos(heading)) / vec3.length(moved)).toBeGreaterThan(0.99);
      const turned = Math.abs(((heading - lastHeading + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
      expect(turned).toBeLessThan(0.15); // nowhere a jump: less than 9 degrees a frame
      walked += vec3.length(moved);
      before = now;
      lastHeading = heading;
    }
    expect(walked).toBeCloseTo(path.length, 1);
    expect(path.length).toBeGreaterThan(14);
    expect(path.length).toBeLessThan(16);
  });

  it.each([
    ['no way at all', [[1, 2, 3]]],
    [
      'there and back',
      [
        [0, 0, 0],
        [2, 0, 0],
      ],
    ],
    [
      'a point twice',
      [
        [0, 0, 0],
        [2, 0, 0],
        [2, 0, 0],
        [2, 0, 2],
      ],
    ],
  ] as const)('walks %s without NaN', (_, points) => {
    const path = createWalkPath(points as never);
    const out = new Float32Array(4);
    for (let metres = -3; metres < 20; metres += 0.37) {
      walkTo({ path, speed: 1, metres }, out);
      for (const x of out) expect(Number.isFinite(x)).toBe(true);
      expect(out[1]).toBeCloseTo(points[0][1]);
    }
  });

  it.each([
    [
      'there and back',
      [
        [0, 0, 0],
        [2, 0, 0],
      ],
    ],
    [
      'there and back, along another way',
      [
        [1, 0, 3],
        [-1, 1, -2],
      ],
    ],
    [
      'a corner that is nearly a way back',
      [
        [0, 0, 0],
        [3, 0, 0],
        [0.1, 0, 0.05],
      ],
    ],
    [
      'straight up on the way',
      [
        [0, 0, 0],
        [2, 0, 0],
        [2, 1, 0],
        [4, 1, 0],
        [4, 0, 0],
      ],
    ],
  ] as const)('turns about within half a second, %s, and looks where it goes elsewhere', (_, points) => {
    const path = createWalkPath(points as never);
    const walk = { path, speed: 1.2, metres: 0 };
    const [out, next] = [new Float32Array(4), new Float32Array(4)];
    let sideways = 0;
    walkTo(walk, out);
    for (; walk.metres < 2 * path.length; ) {
      walk.metres += 0.02;
      walkTo(walk, next);
      const turned = Math.abs(((next[3] - out[3] + 5 * Math.PI) % (2 * Math.PI)) - Math.PI);
      expect(turned, `at ${walk.metres} m`).toBeLessThan(0.2);
      const [x, z] = [next[0] - out[0], next[2] - out[2]];
      if (x * Math.sin(next[3]) + z * Math.cos(next[3]) < 0.9 * Math.hypot(x, z)) sideways += 0.02;
      out.set(next);
    }
    expect(sideways).toBeLessThan(2 * points.length * 0.5);
  });

  it('turns its head to a point within a neck’s limits and looks ahead again', () => {
    const { skeleton } = croquet();
    const avatar = new Avatar(skeleton);
    avatar.place([5, 0, 0], quat.setAxisAngle(quat.create(), [0, 1, 0], Math.PI / 2)); // faces +x
    const head = skeleton.humanoid.get('head')! * 16;
    const restHead = mat4.getRotation(quat.create(), avatar.world.subarray(head, head + 16));
    quat.invert(restHead, restHead);
    const facing = () => {
      const q = mat4.getRotation(
        quat.create(),
        mat4.multiply(mat4.create(), avatar.matrix, avatar.world.subarray(head, head + 16)),
      );
      return vec3.transformQuat(vec3.create(), [0, 0, 1], quat.multiply(q, q, restHead));
    };
    const eyes = () => vec3.fromValues(5 + avatar.world[head + 14], avatar.world[head + 13], -avatar.world[head + 12]);
    const target = vec3.fromValues(7, 2.2, -1);
    avatar.lookAt(target[0], target[1], target[2]);
    for (let i = 0; i < 120; i++) avatar.update(1 / 60);
    const wanted = vec3.normalize(vec3.create(), vec3.sub(vec3.create(), target, eyes()));
    expect(vec3.dot(facing(), wanted)).toBeGreaterThan(0.995); // within 6 degrees
    avatar.lookAt(-10, 1, 0); // behind it
    for (let i = 0; i < 120; i++) avatar.update(1 / 60);
    expect(vec3.dot(facing(), [1, 0, 0])).toBeGreaterThan(0.2); // it does not break its neck
    avatar.lookAhead();
    for (let i = 0; i < 200; i++) avatar.update(1 / 60);
    expect(vec3.dot(facing(), [1, 0, 0])).toBeGreaterThan(0.999);
  });

  it('looks over the same shoulder while its target moves to and fro behind it', () => {
    const avatar = new Avatar(croquet().skeleton);
    const head = avatar.skeleton.humanoid.get('head')! * 16;
    const side = () => Math.sign(avatar.world[head + 8]);
    const look = (angle: number) => {
      avatar.lookAt(4 * Math.sin(angle), 1.5, 4 * Math.cos(angle));
      for (let i = 0; i < 60; i++) avatar.update(1 / 60);
      return side();
    };
    expect([1.5, 2.5, 3, 3.3, 3.6, 3.3, 3].map(look)).toEqual(Array(7).fill(1));
    expect([4.2, 3.3, 3, 2.8].map(look)).toEqual(Array(4).fill(-1));
    expect(look(2)).toBe(1);
  });

  it('stays finite when the clock jumps or is NaN, and ignores a target that is not finite', async () => {
    await loadFootPlanting();
    const { skeleton, clip } = croquet();
    const make = () => {
      const avatar = new Avatar(skeleton);
      avatar.animator.add(clip);
      avatar.animator.play('walking', { fade: 0 });
      avatar.plantsFeet = true;
      avatar.follow(
        createWalkPath([
          [0, 0, 0],
          [4, 0, 0],
          [4, 0, 4],
        ]),
        1.3,
      );
      avatar.lookAt(3, 1.5, 2);
      return avatar;
    };
    const [avatar, twin] = [make(), make()];
    for (const seconds of [0.3, Number.NaN, -5, Number.POSITIVE_INFINITY, 86_400]) avatar.update(seconds);
    twin.update(0.3);
    twin.update(86_400);
    for (let i = 0; i < 60; i++) for (const a of [avatar, twin]) a.update(1 / 60);
    expect(avatar.matrix).toEqual(twin.matrix);
    avatar.world.forEach((x, i) => {
      expect(x).toBeCloseTo(twin.world[i], 3);
    });
    avatar.lookAt(1, Number.NaN, 0);
    avatar.update(1);
    avatar.lookAt(1, 1, 0);
    avatar.update(1);
    expect(avatar.world.every(Number.isFinite)).toBe(true);
  });

  it('moves attachments with their joint', () => {
    const skeleton = new Skeleton(chain('hips', 'hand'));
    const avatar = new Avatar(skeleton);
    avatar.animator.add(compileClip(animation('reach', [moves('hand', [0, 1], [0, 2])]), skeleton));
    avatar.animator.play('reach', { fade: 0 });
    const mug = avatar.attach('hand')!;
    expect(avatar.attach('paw')).toBeUndefined();
    avatar.update(0.5);
    expect(mug[12]).toBeCloseTo(1);
    avatar.detach(mug);
    avatar.update(0.25);
    expect(mug[12]).toBeCloseTo(1);
  });

  it('reports bounds that include its skins', () => {
    const skeleton = new Skeleton(chain('hips', 'head'));
    const avatar = new Avatar(skeleton);
    const binding = bindSkin({ joints: ['hips'], inverseBind: mat4.create() as Float32Array }, skeleton, 'a.glb');
    const palette = avatar.addSkin(binding, { min: [-0.5, 0, -0.2], max: [0.5, 1.3, 0.2] });
    expect(avatar.addSkin(binding)).toBe(palette);
    expect(palette[0]).toBe(1); // written at once
    expect(avatar.bounds[0]).toBeLessThanOrEqual(-0.5);
    expect(avatar.bounds[4]).toBeGreaterThanOrEqual(1.3);
    avatar.removeSkin(palette);
    avatar.removeSkin(palette);
    expect(avatar.bounds[0]).toBeGreaterThan(-0.1);
  });
});

describe('morph weights', () => {
  it('shows the four strongest of a part, strongest first', () => {
    const morphs = new MorphWeights();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const slots = morphs.bind(names.map(name => ({ name, position: new Float32Array(0), normal: undefined })));
    for (const [i, weight] of [0.1, 0, 0.9, -0.5, 0, 0.3, 0.2].entries()) morphs.set(names[i], weight);
    morphs.begin();
    const active = createActiveMorphs();
    morphs.select(slots, active);
    expect([...active.targets]).toEqual([2, 3, 5, 6]);
    expect([...active.weights].map(w => Math.round(w * 10))).toEqual([9, -5, 3, 2]);
    morphs.select(slots.slice(0, 2), active);
    expect([...active.weights].map(w => Math.round(w * 10))).toEqual([1, 0, 0, 0]);
  });
});
