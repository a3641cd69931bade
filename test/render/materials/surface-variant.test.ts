import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import slots from '../../../shaders/slots.json' with { type: 'json' };
import { compileShader } from '../../../src/d3d9/compile.ts';
import {
  allVariants,
  FOG,
  fragmentSource,
  INSTANCED,
  LIGHTMAP,
  LIT,
  MAP,
  MASK,
  nameOf,
  SCROLL,
  skin,
  skinOf,
  sourcesOf,
  UNEVEN,
  vertexSource,
} from '../../../src/render/materials/surface-variant.ts';

describe('surface variants', () => {
  it('have names, joints and a preamble', () => {
    expect(nameOf(LIT | MAP | skin(4))).toBe('lit map skin4');
    expect(nameOf(0)).toBe('flat');
    expect(skinOf(LIT | FOG | skin(3))).toBe(3);
    expect(sourcesOf(LIT | skin(2)).vertex.startsWith('#define LIT\n#define SKIN 2\n')).toBe(true);
  });

  it('are unique, never masked without alpha and never skinned and instanced', () => {
    const names = allVariants().map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(n => n.includes('mask') && !n.includes('alpha'))).toEqual([]);
    expect(names.filter(n => n.includes('skin') && n.includes('instanced'))).toEqual([]);
  });
});

// Code that low-end drivers and Direct3D 9's compilers reject or slow down, each with its reason.
const BANNED: [RegExp, string][] = [
  [/#version|\b(?:in|out|layout|uint|texture)\s*\(/, 'GLSL ES 1.00 only'],
  [/\b(?:for|while|do)\b/, 'loops: unrolled by hand, ps_2_0 has none'],
  [/\bif\s*\((?!.*discard)/, 'branches: ps_2_0 computes both sides'],
  [/\b(?:sin|cos|tan|pow|exp|log|normalize|inversesqrt|sqrt)\s*\(/, 'macros of three slots and more, but for UNEVEN'],
  [/\bhighp\b/, 'fragment shaders of low-end GPUs may lack highp'],
  [/gl_(?:FragCoord|FrontFacing|PointCoord)/, 'ANGLE adds code for them on Direct3D 9'],
  [/\bmat[234]\b/, 'whole matrices: rows and columns cost fewer slots'],
  [/\bdFd[xy]|texture2DLod/, 'extensions'],
];

it.each(BANNED)('shaders do not contain %s (%s)', pattern => {
  const { vertex, fragment } = sourcesOf(0);
  for (const text of [vertex, fragment]) {
    const code = text
      .replace(/#ifdef UNEVEN\n.*\n#endif/, '')
      .replace(/\/\/.*$/gm, '')
      .replace(/^#.*$/gm, '');
    expect(code.match(pattern)?.[0]).toBeUndefined();
  }
});

it('texture coordinates have the GPU’s highest precision, all other pixel values are mediump', () => {
  for (const variant of [MAP, MAP | LIGHTMAP]) {
    const { fragment } = sourcesOf(variant);
    expect(fragment).toMatch(/#ifdef GL_FRAGMENT_PRECISION_HIGH\n#define UV highp\n#else\n#define UV mediump\n#endif/);
    expect(fragment.match(/varying (\w+) vec2/g)).toEqual(Array(2).fill('varying UV vec2'));
    expect(fragment).toContain('precision mediump float;');
  }
});

describe('slots on Direct3D 9', () => {
  const vertex = allVariants()
    .filter(v => !(v & (MASK | LIGHTMAP)))
    .map(v => [nameOf(v), v] as const);

  it('were counted for the current sources; count again after a change (docs/shaders.md)', () => {
    expect(createHash('sha256').update(vertexSource).update(fragmentSource).digest('hex')).toBe(slots.source);
  });

  it.each([
    ['rigid', 0, 14],
    ['one weight', skin(1), 26],
    ['two weights', skin(2), 32],
    ['three weights', skin(3), 35],
    ['four weights', skin(4), 38],
    ['instanced', INSTANCED, 24],
  ])('every %s vertex shader is counted and within its budget', (_, bits, budget) => {
    const group = vertex.filter(([, v]) => (v & INSTANCED) === (bits & INSTANCED) && skinOf(v) === skinOf(bits));
    expect(group.length).toBeGreaterThan(0);
    for (const [name] of group) expect((slots.vs_2_0 as Record<string, number>)[name], name).toBeLessThanOrEqual(budget);
  });

  it('grow by one vertex and two pixel instructions with a light map, by our compiler (docs/shaders.md)', () => {
    const mapped = allVariants().filter(v => v & LIGHTMAP && !(v & MASK));
    expect(mapped).toHaveLength(32);
    for (const variant of mapped) {
      const count = (v: number) => compileShader(sourcesOf(v).vertex, { stage: 'vertex', target: 'vs_2_0' }).slots;
      expect(count(variant), nameOf(variant)).toBe((slots.ours.vs_2_0 as Record<string, number>)[nameOf(variant)]);
      expect(count(variant) - count(variant & ~LIGHTMAP), nameOf(variant)).toBe(1);
    }
    for (const [name, count] of Object.entries(slots.ours.ps_2_0)) {
      const without = name.replace(/ ?lightmap$/, '') || 'flat';
      // Surfaces without texture and map spend two of three instructions on moving their light into place; those go.
      expect(count, name).toBeLessThanOrEqual(Math.max(3, (slots.ps_2_0 as Record<string, number>)[without]) + 3);
    }
  });

  it('stay as many where the texture scrolls, by our compiler: the sum takes the slot of the copy', () => {
    const count = (v: number) => compileShader(sourcesOf(v).vertex, { stage: 'vertex', target: 'vs_2_0' }).slots;
    for (const variant of allVariants().filter(v => v & MAP && !(v & MASK)))
      expect(count(variant | SCROLL), nameOf(variant)).toBe(count(variant));
  });

  it('grow by three vertex instructions where joints scale, by our compiler', () => {
    const count = (v: number) => compileShader(sourcesOf(v).vertex, { stage: 'vertex', target: 'vs_2_0' }).slots;
    const figures = allVariants().filter(v => v & LIT && skinOf(v) > 0 && !(v & MASK));
    expect(figures).toHaveLength(64);
    for (const variant of figures) expect(count(variant | UNEVEN) - count(variant), nameOf(variant)).toBe(3);
  });

  it('stay within all limits of vs_2_0 and ps_2_0; the palette takes 204 constants and the rest fits beside it', () => {
    for (const variant of allVariants()) {
      const { vertex, fragment } = sourcesOf(variant);
      const of = [
        compileShader(vertex, { stage: 'vertex', target: 'vs_2_0' }),
        compileShader(fragment, { stage: 'fragment', target: 'ps_2_0' }),
      ];
      for (const { errors, limits } of of) {
        expect(errors, nameOf(variant)).toEqual([]);
        for (const { what, used, allowed } of limits) expect(used, `${nameOf(variant)}: ${what}`).toBeLessThanOrEqual(allowed);
      }
      if (!skinOf(variant)) continue;
      expect(of[0].constants, nameOf(variant)).toBeGreaterThan(204);
      expect(of[0].constants, nameOf(variant)).toBeLessThanOrEqual(256);
    }
  });

  it('number at most 8 a pixel, 9 for masked surfaces in fog', () => {
    for (const [name, count] of Object.entries(slots.ps_2_0))
      expect(count, name).toBeLessThanOrEqual(name === 'map alpha mask fog' ? 9 : 8);
    expect(Object.keys(slots.ps_2_0)).toHaveLength(10);
  });
});
