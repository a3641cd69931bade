import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Judge, startJudge } from './judge/judge.ts';
import { judgeModel } from './judge/shots.ts';
import type { Maker } from './kinds/build.ts';
import { ENCODINGS } from './kinds/encodings.ts';
import { type Files, writeKind } from './kinds/files.ts';
import { MOVING } from './kinds/moving.ts';
import { SHAPES } from './kinds/shapes.ts';
import { SURFACES } from './kinds/surfaces.ts';

/*
 * What models of other people hold: small files made here, each after one of Khronos' samples or a habit of exporters, in front of
 * the same judge as the models of ../shared/assets. Needs nothing but Chromium.
 */
const LEAST = { even: 0.97, lambert: 0.95 };

/** Where less is right, and why. */
const LESS: Readonly<Record<string, { least: number; why: string }>> = {
  BoxTexturedNonPowerOfTwo: { least: 0.95, why: 'WebGL 1 repeats powers of two only: 211 x 150 became 256 x 256' },
  EmissiveTexture: { least: 0.93, why: 'emission is baked into the colour, which the light of the room then dims' },
  MetalRoughSpheres: { least: 0.95, why: 'metal is drawn as a matt colour, not as what it would reflect' },
};
/** What the run time cannot show yet, and says in a warning. */
const MISSING: Readonly<Record<string, string>> = {
  TextureSettings: 'textures repeat, whatever their sampler says',
  NearestFilter: 'textures are always filtered',
  AnimatedMorph: 'morph targets are not in the shader',
  MorphSpline: 'morph targets are not in the shader',
  MorphedSkin: 'morph targets are not in the shader',
  BasisEtc1s: 'not read yet',
  BasisUastc: 'not read yet',
};

const folder = mkdtempSync(join(tmpdir(), 'foyer-kinds-'));
let judge: Judge;
beforeAll(async () => {
  judge = await startJudge();
}, 120_000);
afterAll(async () => {
  await judge?.close();
  rmSync(folder, { recursive: true, force: true });
});

const kinds: Readonly<Record<string, Readonly<Record<string, () => Promise<Maker | Files>>>>> = {
  SHAPES,
  SURFACES,
  MOVING,
  ENCODINGS,
};

describe.each(Object.entries(kinds))('%s', (_, list) => {
  for (const [name, make] of Object.entries(list)) {
    const [less, missing] = [LESS[name], MISSING[name]];
    it.skipIf(missing)(`${name}${less ? ` (${less.why})` : missing ? ` (${missing})` : ''}`, async () => {
      const file = await writeKind(folder, name, await make());
      const { even, lambert } = await judgeModel(judge, file);
      for (const { model } of even) expect(model).toBeGreaterThanOrEqual(less?.least ?? LEAST.even);
      for (const { model } of lambert) expect(model).toBeGreaterThanOrEqual(less?.least ?? LEAST.lambert);
    });
  }
});
