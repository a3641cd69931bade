import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/core/random.ts';
import type { Variable } from '../../../src/d3d9/glsl/ast.ts';
import { sizeOf } from '../../../src/d3d9/glsl/type.ts';
import { findHints } from '../../../src/d3d9/hints/find-hints.ts';
import type { Hint } from '../../../src/d3d9/hints/hint.ts';
import { ShaderText } from '../../../src/d3d9/hints/shader-text.ts';
import { Evaluator } from '../evaluator.ts';

// Every hint states the condition under which the picture stays the same. These tests meet the condition and compare the
// pictures.

type Stage = 'vertex' | 'fragment';
type Inputs = Map<string, number[]>;

const SHADERS: Record<string, [Stage, string]> = {
  'a lit figure of three rows in one array': [
    'vertex',
    `attribute vec3 position, normal; attribute vec4 joints, weights;
     uniform vec4 palette[3 * 20]; uniform mat4 P, V; uniform vec3 sun; varying float light; varying vec2 extra;
     void main() {
       ivec4 i = ivec4(joints) * 3;
       vec4 r0 = palette[i.x] * weights.x + palette[i.y] * weights.y;
       vec4 r1 = palette[i.x + 1] * weights.x + palette[i.y + 1] * weights.y;
       vec4 r2 = palette[i.x + 2] * weights.x + palette[i.y + 2] * weights.y;
       vec4 p = vec4(position, 1.0);
       vec3 q = vec3(dot(r0, p), dot(r1, p), dot(r2, p));
       light = max(dot(normalize(normal), normalize(sun)), 0.0) + sin(sun.x * 2.0);
       float a = fract(position.x * 3.0 + 0.25);
       float b = fract(position.y * 3.0 + 0.5);
       extra = vec2(a, b);
       gl_Position = P * V * vec4(q, 1.0);
     }`,
  ],
  'matrices in one array': [
    'vertex',
    `attribute vec4 point, joints, weights; uniform mat4 palette[20]; uniform mat4 P; varying vec4 still;
     void main() {
       mat4 m = palette[int(joints.x)] * weights.x + weights.y * palette[int(joints.y)];
       still = palette[3] * point;
       gl_Position = P * (m * point);
     }`,
  ],
  structs: [
    'vertex',
    `struct Bone { vec4 r0; vec4 r1; float scale; };
     uniform Bone palette[20]; attribute vec2 corner; attribute vec4 joints;
     void main() {
       int i = int(max(0.0, joints.z));
       vec4 p = vec4(corner, 0.0, 1.0);
       gl_Position = vec4(dot(palette[i].r0, p), dot(palette[i].r1, p), 0.5, palette[2].scale);
     }`,
  ],
  columns: [
    'vertex',
    `attribute vec4 point; uniform vec4 P[4]; varying float fog;
     void main() { gl_Position = P[0] * point.x + P[1] * point.y + P[2] * point.z + P[3]; fog = gl_Position.w; }`,
  ],
  terrain: [
    'fragment',
    `precision mediump float; uniform sampler2D a; uniform vec2 scale; uniform vec3 sun, fog; uniform float near, far;
     varying vec2 uv; varying vec3 n; varying float depth;
     void main() {
       vec3 c = texture2D(a, uv * scale + scale * 0.5).rgb + texture2D(a, uv * scale * 0.5).rgb;
       c *= max(dot(normalize(n), normalize(sun)), 0.0);
       float f = clamp((depth - near) / (far - near), 0.0, 1.0);
       gl_FragColor = vec4(mix(c, fog, f), 1.0);
     }`,
  ],
};

function allHints(source: string, stage: Stage): Hint[] {
  let next = 999;
  // Each candidate saves a little more than the one before. So every alternative edit is chosen once, the last for good.
  const search = findHints(source, stage, 1000, () => next--);
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
  }
}

/**
 * Returns values that meet the hints' conditions.
 * Joints are small whole numbers, weights sum to 1, directions have length 1, and joint matrices are affine.
 */
function valuesOf({ name, type }: Variable, random: Random): number[] {
  const n = sizeOf(type);
  const values = Array.from({ length: type.base.startsWith('sampler') ? 0 : n }, () => random() * 2 - 0.7);
  if (name === 'joints') return values.map(() => Math.floor(random() * 20));
  if (name === 'weights') return [values[0], 1 - values[0], 0, 0];
  if (name === 'normal' || name === 'sun' || name === 'n') return values.map(v => v / Math.hypot(...values));
  if (name === 'palette' && type.columns === 4) return values.map((v, i) => (i % 4 === 3 ? (i % 16 === 15 ? 1 : 0) : v));
  return values;
}

function run(shader: ShaderText, inputs: (v: Variable) => number[] | undefined): Map<string, number[]> {
  const fetch = (_: string, c: readonly number[]) => [Math.sin(c[0] * 3), Math.cos(c[1] * 2), c[0] * c[1], 1];
  return new Evaluator(shader.program, inputs, fetch).run().outputs;
}

/** Returns the inputs of the rewritten shader: the values that the hint expects from the CPU or the buffer. */
function adapted(v: Variable, inputs: Inputs, original: ShaderText, hint: Hint): number[] | undefined {
  const given = inputs.get(v.name);
  if (given && /z \+ w/.test(hint.title) && v.name === 'P') return given.map((x, i) => (i % 4 === 2 ? x + given[i + 1] : x));
  if (given) return given.length === sizeOf(v.type) ? given : [...given, ...[0, 0, 1].slice(given.length - 1)];
  const palette = inputs.get('palette') ?? [];
  const row = Number(/^palette(?:Row)?([012])$/.exec(v.name)?.[1] ?? -1);
  if (row >= 0 && /^palette\d$/.test(v.name))
    return Array.from({ length: 80 }, (_, k) => palette[12 * Math.floor(k / 4) + 4 * row + (k % 4)]);
  if (row >= 0) return Array.from({ length: 80 }, (_, k) => palette[16 * Math.floor(k / 4) + 4 * (k % 4) + row]);
  const field = { palette_r0: [0, 4], palette_r1: [4, 4], palette_scale: [8, 1] }[v.name];
  if (field) return Array.from({ length: 20 }, (_, j) => palette.slice(9 * j + field[0], 9 * j + field[0] + field[1])).flat();
  // `uniform vec3 uOnce; // expression`: the original computes the expression in one additional line.
  const [, type, expression] = new RegExp(`(?:uniform|varying) (\\w+) ${v.name}; // (.*)`).exec(hint.rewritten) ?? [];
  if (!expression) return undefined;
  const probe = original.source.replace(/void main\(\) \{/, `${type} probe;\nvoid main() { probe = ${expression};`);
  return run(new ShaderText(probe, original.program.stage), x => inputs.get(x.name)).get('probe');
}

describe.each(Object.entries(SHADERS))('%s', (_, [stage, source]) => {
  const original = new ShaderText(source, stage);
  // The combined hint consists of the others.
  const hints = allHints(source, stage).filter(h => !/together/.test(h.title));

  it('has hints', () => expect(hints.length).toBeGreaterThan(0));

  it.each(hints.map(h => [h.title, h.line, h] as const))('%s (line %i) draws the same', (_title, _line, hint) => {
    const rewritten = new ShaderText(hint.rewritten, stage);
    const random = seededRandom(7);
    for (let round = 0; round < 40; round++) {
      const inputs: Inputs = new Map();
      for (const v of original.program.variables) {
        const input = v.storage === 'uniform' || v.storage === 'attribute' || (v.storage === 'varying' && stage === 'fragment');
        if (input) inputs.set(v.name, valuesOf(v, random));
      }
      const expected = run(original, v => inputs.get(v.name));
      const got = run(rewritten, v => adapted(v, inputs, original, hint));
      for (const v of original.program.variables) {
        const output = v.name === 'gl_Position' || v.name === 'gl_FragColor' || (v.storage === 'varying' && stage === 'vertex');
        if (!output) continue;
        expected.get(v.name)?.forEach((x, lane) => {
          expect(Math.abs((got.get(v.name)?.[lane] ?? NaN) - x), `${v.name}[${lane}]\n${hint.rewritten}`).toBeLessThan(
            1e-4 * Math.max(1, Math.abs(x)),
          );
        });
      }
    }
  });
});
