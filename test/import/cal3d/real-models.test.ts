import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mat4, vec3 } from 'gl-matrix';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAnimation, parseMesh, parseSkeleton } from '../../../src/import/cal3d/parse-cal3d-file.ts';
import { type Cal3dImport, readCal3d } from '../../../src/import/cal3d/read-cal3d.ts';
import { poseSource } from './pose-source.ts';
import { poseAt, skin } from './skinning.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/assets/cal3d');
const present = existsSync(folder);
if (!present) console.warn(`skipped: the Cal3D models are not at ${folder}`);

const MESHES: Record<string, string[]> = {
  paladin: ['body', 'cape', 'loincloth'],
  cally:
    'calf_left calf_right chest foot_left foot_right hand_left hand_right head lowerarm_left lowerarm_right neck pelvis ponytail thigh_left thigh_right upperarm_left upperarm_right'.split(
      ' ',
    ),
};
// Keys of the clip that are compared; each is at the same time in every track or the clip has a track of one key.
const KEYS: [string | undefined, number][] = [
  [undefined, 0],
  ['walk', 0],
  ['walk', 7],
  ['walk', 20],
  ['jog', 5],
  ['strut', 30],
  ['wave', 60],
];

describe.skipIf(!present).each(Object.keys(MESHES))('%s', name => {
  const read = (file: string) => readFileSync(join(folder, name, `${name}${file}`));
  const ignore = () => {};
  let imported: Cal3dImport;
  beforeAll(async () => {
    imported = await readCal3d(join(folder, name, `${name}.cfg`), { springs: false });
  });

  it.each(KEYS)('matches reference skinning in doubles: clip %s, key %i', (clipName, key) => {
    const skeleton = parseSkeleton(read('.csf'), name, ignore);
    const animation = clipName === undefined ? undefined : parseAnimation(read(`_${clipName}.caf`), name, ignore);
    const pose = poseAt(skeleton, animation, key);
    const expected = MESHES[name].flatMap(m => skin(skeleton, parseMesh(read(`_${m}.cmf`), name, ignore), pose));
    const clip = imported.avatar.clips.find(c => c.name === clipName);
    const seconds = animation?.tracks.find(t => t.times.length > key)?.times[key] ?? 0;
    const got = poseSource(imported.avatar, clip, seconds);
    expect(got).toHaveLength(expected.length);
    // The root's translation is the same length in both spaces but for the unit.
    const unit =
      Math.hypot(...imported.avatar.skeleton.translations.subarray(0, 3)) / Math.hypot(...skeleton.bones[0].translation);
    let farthest = 0;
    let mostTurned = 0;
    expected.forEach(({ positions, normals }, part) => {
      for (let i = 0; i < positions.length; i += 3) {
        const [p, n] = [got[part].positions, got[part].normals];
        farthest = Math.max(
          farthest,
          Math.hypot(p[i] - positions[i] * unit, p[i + 1] - positions[i + 2] * unit, p[i + 2] + positions[i + 1] * unit),
        );
        mostTurned = Math.max(mostTurned, Math.hypot(n[i] - normals[i], n[i + 1] - normals[i + 2], n[i + 2] + normals[i + 1]));
      }
    });
    // Metres: float rounding of a figure of 2 m. Zero-length normals of the file are the only ones that may differ; there are none.
    expect(farthest).toBeLessThan(2e-5);
    expect(mostTurned).toBeLessThan(2e-3);
  });

  it('is as tall as a person and faces +z', () => {
    const { skeleton, height } = imported.avatar;
    expect(height).toBeGreaterThan(1.4);
    expect(height).toBeLessThan(2.2);
    const { skin } = imported.avatar.outfit[0].product;
    const at = (joint: string) => {
      const j = skin!.joints.indexOf(joint);
      return mat4.getTranslation(
        vec3.create(),
        mat4.invert(mat4.create(), skin!.inverseBind.subarray(16 * j, 16 * j + 16) as mat4)!,
      );
    };
    const { leftFoot, leftToes, rightFoot, head } = skeleton.humanoid;
    expect(at(leftToes)[2]).toBeGreaterThan(at(leftFoot)[2] + 0.05);
    expect(at(leftFoot)[0]).toBeGreaterThan(at(rightFoot)[0] + 0.1);
    expect(at(head)[1]).toBeGreaterThan(at(leftFoot)[1] + 1);
  });

  it('gets its walking and jogging speed from its feet', () => {
    const speed = (name: string) => imported.avatar.clips.find(c => c.name === name)!.speed;
    expect(speed('walk')).toBeGreaterThan(0.8);
    expect(speed('walk')).toBeLessThan(2.2);
    expect(speed('jog')).toBeGreaterThan(speed('walk'));
    expect(speed('idle')).toBe(0);
  });

  it('has its clips; walk and strut loop', () => {
    const clips = imported.avatar.clips;
    expect(clips.map(c => c.name)).toEqual(expect.arrayContaining(['walk', 'idle', 'jog', 'strut', 'wave', 'shoot_arrow']));
    expect(clips.filter(c => c.loop).map(c => c.name)).toEqual(expect.arrayContaining(['walk', 'strut', 'idle']));
    for (const clip of clips) for (const track of clip.tracks) expect(track.times.at(-1)).toBe(clip.duration);
  });
});
