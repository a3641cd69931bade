import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeForTests } from '../../import-pictures/judge/for-tests.ts';
import { writeKind } from '../../import-pictures/kinds/files.ts';
import { KINDS, LEAST, LESS } from '../../import-pictures/kinds/index.ts';

/** Some of the kinds of `npm run test:import`, one of each part of the importer, so that each change of it is looked at. */
const SOME = [
  'NegativeScale',
  'StripsAndFans',
  'Sparse',
  'Draco',
  'Meshopt',
  'BoxTextured',
  'TextureTransform',
  'AlphaBlendMode',
  'BlendedBacks',
  'BoxVertexColors',
  'OddPngs',
  'RiggedFigure',
  'RigidOnJoint',
  'AnimatedMorph',
  'FourPixels',
  'Fbx2Gltf',
];

const folder = mkdtempSync(join(tmpdir(), 'foyer-some-kinds-'));
const judge = judgeForTests();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const all = Object.assign({}, ...Object.values(KINDS)) as (typeof KINDS)[string];

describe('an imported room, beside three.js and the same file', () => {
  it.each(SOME)('shows %s', async name => {
    const file = await writeKind(folder, name, await all[name]());
    await judge().try(file, {}, async trial => {
      for (const light of ['even', 'lambert'] as const) {
        const { model } = await trial.compare({ seconds: 0, light });
        expect(model).toBeGreaterThanOrEqual(LESS[name]?.least ?? LEAST[light]);
      }
      const [clip] = trial.clips;
      if (!clip) return;
      const ours = trial.model.avatar?.clips[0].name ?? clip.name;
      const moving = await trial.compare({ seconds: clip.duration / 2, light: 'even', clip: { ours, theirs: 0 } });
      expect(moving.model).toBeGreaterThanOrEqual(LESS[name]?.least ?? LEAST.even);
    });
  });
});
