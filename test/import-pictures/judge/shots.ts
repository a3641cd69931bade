import { basename, dirname } from 'node:path';
import { readModel } from '../../../src/import/reading/read-model.ts';
import type { WriteOptions } from '../../../src/import/write/write-options.ts';
import { posedCal3d } from './cal3d-pose.ts';
import type { Judge, Trial } from './judge.ts';
import type { Shot } from './page.ts';
import type { Similarity } from './similarity.ts';

/** What is known of a model after its trial. */
export interface Verdict {
  readonly name: string;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** At rest, then at three moments of one clip where something moves. */
  readonly even: readonly Similarity[];
  readonly lambert: readonly Similarity[];
  /** At rest, against the file's own materials: in a world of one brightness, in the plain room. */
  readonly around: Similarity;
  readonly room: Similarity;
  /** At rest, by Lambert's law, in the levels of detail that a room would choose four times as far away. */
  readonly levels: Similarity;
  /** The clip, by our name for it. */
  readonly clip: string | undefined;
  /** Milliseconds a frame; undefined where not measured. */
  readonly frame: { readonly ours: number; readonly theirs: number } | undefined;
  readonly warnings: readonly string[];
}

export interface VerdictOptions extends WriteOptions {
  /** Frames to time, of each; none where not given. */
  readonly rounds?: number;
  /** Sees each pair of pictures. */
  readonly onPictures?: (name: string, pictures: Awaited<ReturnType<Trial['compare']>>) => void;
}

const MOMENTS = [0.2, 0.5, 0.8];
/** Levels of detail are looked at as a room would choose them so many times as far away. */
const FARTHER = 4;

/** Judges a model: at rest, and at three moments of a clip: the one that walks, else the first. */
export async function judgeModel(judge: Judge, file: string, options: VerdictOptions = {}): Promise<Verdict> {
  const cal3d = file.endsWith('.cfg') ? posedCal3d(dirname(file), (await readModel(file)).avatar?.height ?? 1) : undefined;
  return judge.try(file, { ...options, ...(cal3d ? { posed: cal3d.parts } : {}) }, async trial => {
    const { model, report } = trial;
    const look = async (name: string, shot: Shot): Promise<Similarity> => {
      const { ours, theirs, ...similarity } = await trial.compare(shot);
      options.onPictures?.(`${basename(file)} ${name}`, { ours, theirs, ...similarity });
      return similarity;
    };
    const clip = clipToPlay(trial);
    const times = cal3d?.times ?? MOMENTS.map(m => m * (trial.clips[clip?.theirs ?? 0]?.duration ?? 0));
    const lights = ['even', 'lambert'] as const;
    const seen: Record<(typeof lights)[number], Similarity[]> = { even: [], lambert: [] };
    for (const light of lights) seen[light].push(await look(`${light} at rest`, { seconds: 0, light }));
    const around = await look('around', { seconds: 0, light: 'around' });
    const room = await look('room', { seconds: 0, light: 'room' });
    const levels = await look('far', { seconds: 0, light: 'lambert', farther: FARTHER });
    for (const seconds of clip ? times : [])
      for (const light of lights)
        seen[light].push(await look(`${light} ${clip?.ours} ${seconds.toFixed(2)}`, { clip, seconds, light }));
    const frame =
      options.rounds && !cal3d
        ? await trial.time({ ...(clip ? { clip } : {}), seconds: 0.1, light: 'lambert' }, options.rounds)
        : undefined;
    const { bytes, warnings } = model;
    const bytesAfter = Object.values(report.bytes).reduce((sum, b) => sum + b, 0);
    return {
      name: basename(file),
      bytesBefore: bytes,
      bytesAfter,
      ...seen,
      around,
      room,
      levels,
      clip: clip?.ours,
      frame,
      warnings,
    };
  });
}

/** Ours are found by name; a clip without one by its number. */
function clipToPlay({ model, clips }: Trial): { ours: string; theirs: number } | undefined {
  const ours = model.avatar?.clips ?? [];
  if (ours.length === 0) return undefined;
  if (clips.length === 0) return ours.some(c => c.name === 'walk') ? { ours: 'walk', theirs: 0 } : undefined;
  const theirs = Math.max(
    0,
    clips.findIndex(c => /walk/i.test(c.name)),
  );
  return { ours: (ours.find(c => c.name === clips[theirs].name) ?? ours[Math.min(theirs, ours.length - 1)]).name, theirs };
}
