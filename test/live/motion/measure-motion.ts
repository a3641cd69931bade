/**
 * Run as a program of its own (node --expose-gc): prints, as JSON, the bytes of heap that a frame of 100 guided people leaves behind and the
 * milliseconds that it takes, while all of them walk.
 */
import { Avatar } from '../../../src/avatar/avatar.ts';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { GuidedMotion, writeFrameTime } from '../../../src/live/motion/guided-motion.ts';
import type { LiveAvatar } from '../../../src/room/avatars/live-avatar.ts';
import { animation, chain, turns } from '../../avatar/make-figure.ts';

const PEOPLE = 100;
const FRAMES = 2000;
const collect = globalThis.gc;
if (!collect) throw new Error('run with --expose-gc');

const skeleton = new Skeleton(chain('hips', 'spine', 'head'));
const clips = ['idle', 'walk'].map(name =>
  compileClip(animation(name, [turns('spine', [0, 1], [0, 1])], { speed: name === 'walk' ? 1.6 : 0 }), skeleton),
);
const time = new Float64Array(3);
const motions = Array.from({ length: PEOPLE }, (_, i) => {
  const avatar = new Avatar(skeleton);
  for (const clip of clips) avatar.animator.add(clip);
  const info = { data: { position: [i, 0, 0], rotation: [0, 0, 0, 1], animation: 'idle' } };
  return new GuidedMotion({ avatar, info, clipChanged: () => {} } as unknown as LiveAvatar, 0);
});

let bytes = Number.POSITIVE_INFINITY;
let ms = Number.POSITIVE_INFINITY;
for (let round = 0; round < 6; round++) {
  const path: [number, number, number][] = Array.from({ length: 8 }, (_, k) => [k * 20, 0, (k % 2) * 20]);
  for (const motion of motions) motion.intend({ path, start: round * 100, speed: 1.6, animation: 'walk' }, round * 100);
  collect();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  for (let frame = 0; frame < FRAMES; frame++) {
    writeFrameTime(time, round * 100 + frame / 60, 1 / 60);
    for (let i = 0; i < motions.length; i++) motions[i].step(time);
  }
  ms = Math.min(ms, (performance.now() - began) / FRAMES);
  bytes = Math.min(bytes, (process.memoryUsage().heapUsed - before) / FRAMES);
}
console.log(JSON.stringify({ bytesPerFrame: bytes, msPerFrame: ms }));
