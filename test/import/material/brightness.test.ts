import { describe, expect, it } from 'vitest';
import { type Brightness, brightness, emissionOf, emittedShare, fitColours } from '../../../src/import/material/brightness.ts';
import type { SourcePart } from '../../../src/import/model/source-model.ts';
import { material } from '../write/fixtures.ts';

const plain = material('m');

/** A part whose vertices have these colours (RGB); none where it is empty. */
function part(colors: readonly (readonly number[])[], of = plain): SourcePart {
  const count = Math.max(3, colors.length);
  return {
    material: of,
    positions: new Float32Array(count * 3),
    normals: new Float32Array(count * 3),
    index: Uint32Array.of(0, 1, 2),
    ...(colors.length > 0 ? { colors: Float32Array.from(colors.flatMap(([r, g, b]) => [r, g, b, 0.5])) } : {}),
  };
}

/** What the shader makes of it in white light. */
const drawn = ({ material: m, colors }: SourcePart, vertex: number): number[] =>
  [0, 1, 2].map(c => (m.baseColor[c] + m.emissive[c]) * (colors?.[vertex * 4 + c] ?? 1));

const fitted = (parts: readonly SourcePart[], of: Brightness, warnings: string[] = []): SourcePart[] =>
  fitColours(
    parts,
    m => (m === plain ? of : undefined),
    warning => warnings.push(warning),
  );

describe('fitColours', () => {
  it('draws colours above 1 as the product with the base colour', () => {
    const of = { base: [0.2, 0.5, 1], added: [0, 0, 0] } as const;
    const [made] = fitted([part([[4, 1, 0.5], [1, 0, 1], [2, 3, 0]])], of); // biome-ignore format: one line
    for (const [v, expected] of [[0.8, 0.5, 0.5], [0.2, 0, 1], [0.4, 1.5, 0]].entries()) // biome-ignore format: one line
      for (const [c, x] of drawn(made, v).entries()) expect(x).toBeCloseTo(expected[c], 5);
    expect(made.colors?.every(x => x >= 0 && x <= 1)).toBe(true);
    expect(made.colors?.[3]).toBe(0.5);
  });

  it('keeps emission where the colours of vertices are dark', () => {
    const of = { base: [0.5, 0.5, 0.5], added: [0.4, 0, 0] } as const;
    const [made] = fitted([part([[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5]])], of); // biome-ignore format: one line
    expect(drawn(made, 0)[0]).toBeCloseTo(0.4, 5);
    expect(drawn(made, 1)[0]).toBeCloseTo(0.9, 5);
    expect(drawn(made, 2)[1]).toBeCloseTo(0.25, 5);
  });

  it('multiplies the share of a picture that is no emission', () => {
    const of = brightness([1, 1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0], [0.25, 1, 1]);
    const [made] = fitted([part([[0, 0, 0], [1, 1, 1], [2, 2, 2]])], of); // biome-ignore format: one line
    for (const [v, expected] of [[0.75, 0], [1, 1], [1.25, 2]].entries()) // biome-ignore format: one line
      for (const [c, x] of expected.entries()) expect(drawn(made, v)[c]).toBeCloseTo(x, 5);
  });

  it('gives colours to the parts of the same material that have none', () => {
    const of = { base: [1, 1, 1], added: [0, 0, 0] } as const;
    const [, bare, other] = fitted([part([[1.5, 1.5, 1.5], [1, 1, 1], [1, 1, 1]]), part([]), part([], material('other'))], of); // biome-ignore format: one line
    for (const x of drawn(bare, 0)) expect(x).toBeCloseTo(1, 5);
    expect(other.colors).toBeUndefined();
  });

  it('leaves parts as they are whose colours are within 0 to 1 and that do not shine', () => {
    const parts = [part([[1, 0.2, 0], [1, 1, 1], [0, 0, 0]])]; // biome-ignore format: one line
    expect(fitted(parts, { base: [1, 1, 1], added: [0, 0, 0] })[0]).toBe(parts[0]);
  });

  it('draws at most 4, and says so', () => {
    const warnings: string[] = [];
    const [made] = fitted([part([[9, 1, 1], [1, 1, 1], [1, 1, 1]])], { base: [1, 1, 1], added: [0, 0, 0] }, warnings); // biome-ignore format: one line
    expect(drawn(made, 0)[0]).toBe(4);
    expect(warnings).toEqual(['material m: its colours and those of its vertices make more than 4; drawn as 4']);
  });
});

describe('emissionOf', () => {
  it('stands for a base colour above 1 and for emission, up to 4 together', () => {
    const bright = brightness([1, 0.5, 1], [1.5, 1, 3], [0, 0.2, 0], [0, 0.1, 0]);
    for (const [c, x] of emissionOf(bright, [1, 0.5, 1]).entries()) expect(x).toBeCloseTo([0.5, 0.3, 2][c], 6);
  });

  it('is never below 0, and 0 where only rounding is left', () => {
    const added = [0.2, 0.12, 0.17] as const;
    const base = [0.1, 0.39, 0.31] as const;
    const shown = [0, 1, 2].map(c => base[c] + added[c]) as [number, number, number];
    expect([0, 1, 2].some(c => base[c] - shown[c] + added[c] < 0)).toBe(true);
    expect(emissionOf({ base, added }, shown)).toEqual([0, 0, 0]);
  });
});

describe('emittedShare', () => {
  it('is what light does not dim of a colour; none where it is not seen', () => {
    expect(emittedShare({ base: [0.3, 0, 0.5], added: [0.1, 0.2, 0] })).toEqual([expect.closeTo(0.25, 6), 1, 0]);
    expect(emittedShare({ base: [1, 1, 1], added: [0.01, 0, 0] })).toBeUndefined();
  });
});
