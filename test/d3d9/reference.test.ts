import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { compileShader } from '../../src/d3d9/index.ts';
import { disagreements } from './agreement.ts';
import { type ReferenceListing, referenceCases } from './reference.ts';

interface Row {
  readonly shader: string;
  readonly target: string;
  readonly wanted: number | string;
  readonly got: number | string;
  readonly exact: boolean;
  readonly near: boolean;
  readonly error: number;
}

/** Returns the number of an error of Microsoft's compiler. */
const errorName = (message: string): string => /error X\d+/.exec(message)?.[0] ?? message;

function compare(): Row[] {
  return referenceCases.map(({ shader, target, expected }) => {
    const result = compileShader(shader.glsl, { stage: shader.stage, target });
    const failed = result.errors[0] && errorName(result.errors[0].message);
    if ('error' in expected) {
      const wanted = errorName(expected.error);
      const exact = failed === wanted;
      return { shader: shader.name, target, wanted, got: failed ?? result.slots, exact, near: exact, error: exact ? 0 : 1 };
    }
    const { slots, texture } = expected as ReferenceListing;
    const off = Math.abs(result.slots - slots);
    const exact = !failed && off === 0 && result.texture === texture;
    return {
      shader: shader.name,
      target,
      wanted: slots,
      got: failed ?? result.slots,
      exact,
      near: !failed && off <= Math.max(2, 0.1 * slots),
      error: failed ? 1 : off / slots,
    };
  });
}

function table(rows: readonly Row[]): string {
  const share = (n: number) => `${n} of ${rows.length} (${((100 * n) / rows.length).toFixed(1)} %)`;
  const mean = (100 * rows.reduce((s, r) => s + r.error, 0)) / rows.length;
  const missed = rows.filter(r => !r.exact);
  return `# The shader compiler against Microsoft's

Made by \`npm run test:reference\`. Slot counts of our compiler against the 142 reference listings (71 shaders, two targets each).

| | |
|---|---|
| exact | ${share(rows.filter(r => r.exact).length)} |
| within max(2, 10 %) | ${share(rows.filter(r => r.near).length)} |
| mean absolute error | ${mean.toFixed(2)} % |

Not exact:

| shader | target | Microsoft's | ours |
|---|---|---|---|
${missed.map(r => `| ${r.shader} | ${r.target} | ${r.wanted} | ${r.got} |`).join('\n')}
`;
}

describe("against Microsoft's compiler on 71 shaders", () => {
  const rows = compare();

  it('90 % of the slot counts are exact, 97 % near, and the mean error is at most 5 %', () => {
    expect(rows.filter(r => r.exact).length / rows.length).toBeGreaterThanOrEqual(0.9);
    expect(rows.filter(r => r.near).length / rows.length).toBeGreaterThanOrEqual(0.97);
    expect(rows.reduce((s, r) => s + r.error, 0) / rows.length).toBeLessThanOrEqual(0.05);
    if (process.env.REFERENCE_TABLE) writeFileSync(resolve(import.meta.dirname, '../../docs/shader-reference.md'), table(rows));
  });

  it.each(
    referenceCases.filter(c => c.shader.name.startsWith('index_seed')),
  )("the blog's $shader.name for $target is equal but for register numbers", ({ shader, target, expected }) => {
    const shape = (lines: readonly string[]) =>
      lines.filter(l => !/^(def|dcl|vs_)/.test(l)).map(l => l.replace(/\b([rcvo])\d+/g, '$1#'));
    const { listing } = compileShader(shader.glsl, { stage: shader.stage, target });
    expect(shape(listing.map(i => i.text))).toEqual(shape((expected as ReferenceListing).listing));
  });

  it('every listing computes the same as the GLSL', { timeout: 60_000 }, () => {
    const random = seededRandom(5);
    const wrong = referenceCases.flatMap(({ shader, target }) =>
      Array.from(
        { length: 2 },
        () =>
          disagreements(shader.glsl, shader.stage, target, random)?.map(d => `${shader.name} ${target} ${JSON.stringify(d)}`) ?? [
            `${shader.name} ${target}: no listing`,
          ],
      ).flat(),
    );
    expect(wrong).toEqual([]);
  });
});
