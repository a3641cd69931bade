import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeAnimation } from '../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../src/assets/motion/decode-skeleton.ts';
import { type Clip, compileClip } from '../../src/avatar/clips/clip.ts';
import { createCursor, sampleClip } from '../../src/avatar/clips/sample-clip.ts';
import { Pose } from '../../src/avatar/skeleton/pose.ts';
import { Skeleton } from '../../src/avatar/skeleton/skeleton.ts';
import { allJoints } from '../../src/avatar/skeleton/used-joints.ts';
import { worldMatrices } from '../../src/avatar/skeleton/world-matrices.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { CROQUET, KAYKIT, readFigure, withAnimationFirst } from './figures.ts';
import { type Positions, readReference, referenceOf } from './reference-pose.ts';

/**
 * Returns the largest distance in metres between our joints and the reference's, over all joints at 50 times in shuffled order.
 */
function worstOf(skeleton: Skeleton, clip: Clip, reference: (seconds: number) => Positions, random: Random): number {
  const pose = new Pose(skeleton.jointCount);
  const world = new Float32Array(skeleton.jointCount * 16);
  const cursor = createCursor(clip);
  let worst = 0;
  for (let n = 0; n < 50; n++) {
    const seconds = n === 0 ? 0 : n === 1 ? clip.duration : random() * clip.duration;
    sampleClip(clip, seconds, cursor, pose);
    worldMatrices(skeleton.parents, pose, world, allJoints(skeleton.parents));
    const positions = reference(seconds);
    skeleton.names.forEach((name, joint) => {
      const p = positions.get(name);
      if (!p) throw new Error(`the reference has no ${name}`);
      const error = Math.hypot(world[joint * 16 + 12] - p[0], world[joint * 16 + 13] - p[1], world[joint * 16 + 14] - p[2]);
      worst = Math.max(worst, error);
    });
  }
  return worst;
}

/** Returns the largest error of all clips of a file. */
async function worstError(path: string): Promise<{ clips: number; worst: number }> {
  const file = readFigure(path);
  const document = await readReference(file);
  const skeleton = new Skeleton(decodeSkeleton(file, path));
  const random = seededRandom(1);
  let worst = 0;
  let clips = 0;
  for (;;) {
    const found = withAnimationFirst(file, clips);
    if (!found) break;
    clips++;
    const clip = compileClip(decodeAnimation(found.bytes, path), skeleton);
    worst = Math.max(worst, worstOf(skeleton, clip, referenceOf(document, found.name), random));
  }
  return { clips, worst };
}

const lounge = resolve(import.meta.dirname, '../../public/rooms/lounge');

interface LoungeEdge {
  readonly data?: { readonly kind?: string; readonly name?: string };
  readonly relations?: { readonly ref: string };
}

/** Returns the lounge's files of one kind, each once. */
function loungeFiles(kind: string): Uint8Array<ArrayBuffer>[] {
  const { denormalized } = JSON.parse(readFileSync(join(lounge, 'room.json'), 'utf8'));
  const edges = Object.values<LoungeEdge>(denormalized).filter(({ data }) => data?.kind === kind);
  return [...new Set(edges.map(({ relations }) => relations?.ref ?? ''))].map(ref => readFigure(join(lounge, ref)));
}

describe('joint positions compared with a reference in double precision', () => {
  it.each(CROQUET)('$name of the humanoid stays within 0.5 mm', async ({ path }) => {
    const { clips, worst } = await worstError(path);
    expect(clips).toBe(1);
    expect(worst).toBeLessThan(0.0005);
  });

  it.skipIf(!existsSync(join(lounge, 'room.json')))('every clip of the lounge, as it is stored: within 0.5 mm', async () => {
    const [bones, ...others] = loungeFiles('skeleton');
    expect(others).toEqual([]);
    const hierarchy = await readReference(bones);
    const skeleton = new Skeleton(decodeSkeleton(bones, 'skeleton.glb'));
    const clips = loungeFiles('animation');
    expect(clips.length).toBeGreaterThan(6);
    for (const file of clips) {
      const document = await readReference(file);
      const [animation] = document.getRoot().listAnimations();
      const at = referenceOf(document, animation.getName(), hierarchy);
      expect(worstOf(skeleton, compileClip(decodeAnimation(file, 'clip.glb'), skeleton), at, seededRandom(1))).toBeLessThan(
        0.0005,
      );
    }
  });

  it.skipIf(KAYKIT.length === 0)('every clip of the KayKit characters stays within 0.5 mm (../shared/assets)', async () => {
    for (const { path } of KAYKIT) {
      const { clips, worst } = await worstError(path);
      expect(clips).toBeGreaterThan(70);
      expect(worst).toBeLessThan(0.0005);
    }
  });
});
