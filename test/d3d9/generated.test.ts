import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { disagreements } from './agreement.ts';
import { generate } from './differential/generate.ts';

// By default a quick part runs. `GENERATED=1000 npx vitest run --project unit test/d3d9/generated.test.ts` runs all.
const count = Number(process.env.GENERATED ?? 40);

describe('generated shaders', () => {
  it.each([
    ['without loops of their own', false],
    ['with loops, some of which stay loops', true],
  ])(`compute the same in assembly as in GLSL, %s (${count})`, { timeout: 600_000 }, (_, flow) => {
    const wrong: string[] = [];
    for (let seed = 0; seed < count; seed++) {
      const { stage, glsl } = generate(seededRandom(seed), 6, flow);
      for (const target of stage === 'vertex' ? (['vs_2_0', 'vs_3_0'] as const) : (['ps_2_0', 'ps_3_0'] as const)) {
        const random = seededRandom(seed + 1_000_000);
        const found = Array.from({ length: 3 }, () => disagreements(glsl, stage, target, random));
        const first = found.find(f => f === undefined || f.length > 0);
        if (found.includes(undefined)) wrong.push(`${seed} ${target}: no listing\n${glsl}`);
        else if (first?.[0]) wrong.push(`${seed} ${target}: ${JSON.stringify(first[0])}\n${glsl}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
