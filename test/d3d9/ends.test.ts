import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { compileShader } from '../../src/d3d9/index.ts';
import { generate } from './differential/generate.ts';

// `ENDS=20000 npx vitest run --project unit test/d3d9/ends.test.ts` compiles as many shaders as a release should (10 minutes).
const count = Number(process.env.ENDS ?? 60);

describe('every compilation ends', () => {
  it('where no swizzle of ps_2_0 reads two literal vectors from one register', () => {
    const { errors, listing } = compileShader(
      `precision mediump float; uniform float t; void main() {
        vec4 c = t == 1.0 ? vec4(1, 0, 0, 1) : (t == 2.0 ? vec4(0, 1, 0, .5) : vec4(0, 0, 1, 1));
        c.rgb *= c.a; gl_FragColor = c; }`,
      { stage: 'fragment', target: 'ps_2_0' },
    );
    expect(errors).toEqual([]);
    expect(listing.at(-1)?.op).toBe('mov');
  });

  it(`for ${count} generated shaders on every target of their stage, with a listing`, { timeout: 1_200_000 }, () => {
    const without: string[] = [];
    for (let seed = 0; seed < count; seed++) {
      const { stage, glsl } = generate(seededRandom(500_000 + seed), 9);
      for (const target of stage === 'vertex' ? (['vs_2_0', 'vs_3_0'] as const) : (['ps_2_0', 'ps_3_0'] as const))
        if (compileShader(glsl, { stage, target }).listing.length === 0) without.push(`${seed} ${target}`);
    }
    expect(without).toEqual([]);
  });
});
