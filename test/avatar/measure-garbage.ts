/**
 * Run as a program of its own (node --expose-gc): prints, as JSON, the bytes of heap that an update of one avatar leaves behind
 * and the microseconds that it takes: `walking` along a path, or `everything` at once (with a cross-fade, a gesture, a look and planted feet).
 */
import { decodeAnimation } from '../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../src/assets/motion/decode-skeleton.ts';
import { Avatar } from '../../src/avatar/avatar.ts';
import { compileClip } from '../../src/avatar/clips/clip.ts';
import { loadFootPlanting } from '../../src/avatar/motion/planted-feet.ts';
import { createWalkPath } from '../../src/avatar/motion/walk-path.ts';
import { PoseScheduler } from '../../src/avatar/pose-scheduler.ts';
import { bindSkin } from '../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../src/avatar/skeleton/skeleton.ts';
import { CROQUET, readFigure } from './figures.ts';

const everything = process.argv[2] === 'everything';
const AVATARS = 10;
const FRAMES = 1000;
const collect = globalThis.gc;
if (!collect) throw new Error('run with --expose-gc');

const skeleton = new Skeleton(decodeSkeleton(readFigure(CROQUET[0].path), 'idle.glb'));
const clips = CROQUET.map(({ name, path }) =>
  compileClip({ ...decodeAnimation(readFigure(path), path), name, speed: 1.5 }, skeleton),
);
const joints = skeleton.names.slice(0, 65);
const binding = bindSkin({ joints, inverseBind: new Float32Array(65 * 16) }, skeleton, 'garbage');
const path = createWalkPath([
  [0, 0, 0],
  [3, 0, 0],
  [0, 0, 3],
]);
await loadFootPlanting();
const scheduler = new PoseScheduler();
const avatars = Array.from({ length: AVATARS }, () => {
  const avatar = new Avatar(skeleton);
  for (const clip of clips) avatar.animator.add(clip);
  avatar.addSkin(binding);
  avatar.attach('LeftHand');
  avatar.follow(path, 1.2);
  if (everything) {
    avatar.plantsFeet = true;
  }
  scheduler.add(avatar);
  return avatar;
});

function start(): void {
  for (const avatar of avatars) {
    avatar.animator.play('idle', { fade: 0, phase: 0 });
    avatar.animator.play('walking', { fade: everything ? 10 : 0, phase: 0 });
    if (!everything) continue;
    avatar.animator.gesture('running', { fade: 0.1 });
    avatar.lookAt(1, 2, 3);
  }
}

function run(): void {
  for (let frame = 0; frame < FRAMES; frame++) scheduler.frame(1 / 60);
}

for (let round = 0; round < 4; round++) {
  start();
  run();
}
let bytesPerUpdate = Number.POSITIVE_INFINITY;
let microsecondsPerUpdate = Number.POSITIVE_INFINITY;
for (let round = 0; round < 3; round++) {
  start();
  collect();
  const before = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  run();
  const ms = performance.now() - startedAt;
  bytesPerUpdate = Math.min(bytesPerUpdate, (process.memoryUsage().heapUsed - before) / (FRAMES * AVATARS));
  microsecondsPerUpdate = Math.min(microsecondsPerUpdate, (ms * 1000) / (FRAMES * AVATARS));
}
console.log(JSON.stringify({ bytesPerUpdate, microsecondsPerUpdate }));
