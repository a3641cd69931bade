import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { compileShader } from '../../src/d3d9/index.ts';
import { disagreements } from './agreement.ts';

const vertex = (source: string, target: 'vs_2_0' | 'vs_3_0' = 'vs_2_0') => compileShader(source, { stage: 'vertex', target });
const fragment = (source: string, target: 'ps_2_0' | 'ps_3_0' = 'ps_2_0') => compileShader(source, { stage: 'fragment', target });

describe('compileShader', () => {
  it('transforms a position as ANGLE does', () => {
    const { slots, listing } = vertex('attribute vec4 p; uniform mat4 m; void main(){ gl_Position = m * p; }');
    expect(slots).toBe(11);
    expect(listing.filter(i => i.op === 'dp4')).toHaveLength(4);
  });

  it('adds, multiplies and saturates in one instruction', () => {
    const { listing } = fragment(
      'precision mediump float; varying vec4 c; uniform vec4 u; void main(){ gl_FragColor = clamp(c * u + u, 0.0, 1.0); }',
      'ps_3_0',
    );
    expect(listing.filter(i => i.slots > 0).map(i => i.op)).toEqual(['mad']);
    expect(listing.at(-1)?.text).toMatch(/^mad_sat oC0/);
  });

  it('reports which limit a shader exceeds, and by how much', () => {
    const lines = Array.from({ length: 80 }, (_, i) => `c = sin(c * ${i}.5 + v);`).join('');
    const { errors, limits } = fragment(
      `precision highp float; varying float v; void main(){ float c = v; ${lines} gl_FragColor = vec4(c); }`,
    );
    expect(errors[0].message).toContain('error X5608');
    const arithmetic = limits.find(l => l.what === 'arithmetic');
    expect(arithmetic?.allowed).toBe(64);
    expect(arithmetic?.used).toBeGreaterThan(64);
  });

  it.each([
    ['void main(){ float a = ; }', 1, 24, "before ';'"],
    ['void main(){\n  vec3 a = 1.0;\n}', 2, 8, "'a' is vec3 and cannot be initialized with float"],
    ['void main(){\n  gl_Position = nothing;\n}', 2, 17, "'nothing' is not declared"],
    ['void main(){ int i = 1; float f = i * 2.0; gl_Position = vec4(f); }', 1, 37, "'*' does not work on int and float"],
    ['void main(){ gl_Position = vec3(1.0).xyzw; }', 1, 38, "'.xyzw' does not fit vec3"],
    ['\n#if 1\nvoid main(){}', 2, 1, '#if without #endif'],
    ['void f(){ g(); } void main(){}', 1, 11, "'g' is not declared"],
    ['void main(){ while (true) { } }', 1, 14, "WebGL 1 has no 'while' loops"],
    ['}', 1, 1, "a declaration expected before '}'"],
    ['in vec4 p;', 1, 1, "'in' is no type: that is GLSL ES 3.00"],
    ['layout(location = 0) in vec4 p;', 1, 1, 'that is GLSL ES 3.00'],
    ['void main(){}\n  /* not\nclosed', 2, 3, 'this comment is not closed'],
    ['\ufeffvoid main(){}', 1, 1, 'U+FEFF is no character of GLSL'],
    ['uniform float 😀;', 1, 15, "'😀' is no character of GLSL"],
    ['void main(){ gl_FragColor = vec4(1.0); }', 1, 14, "'gl_FragColor' belongs to the fragment shader"],
  ])('reports line, column and reason of %s', (source, line, column, reason) => {
    const [error] = vertex(source).errors;
    expect(error).toMatchObject({ line, column });
    expect(error.message).toContain(reason);
  });

  it('accepts names that every JavaScript object has', () => {
    const { errors } = vertex(
      'uniform float constructor, toString, valueOf; void main(){ gl_Position = vec4(constructor, toString, valueOf, 1.0); }',
    );
    expect(errors).toEqual([]);
  });

  it('never crashes on a truncated shader or one with a doubled or missing word', () => {
    const source =
      'precision highp float; struct S { float a[2]; }; uniform S s; invariant varying vec4 v; const float k = 1.0; float f(in float x) { return x > k ? x : -x; } void main() { vec4 c = v; for (int i = 0; i < 2; i++) { if (c.x < k) continue; c += s.a[i]; } gl_FragColor = c * f(c.y); }';
    const words = source.match(/\d+\.\d+|\w+|\+[+=]|\S/g) ?? [];
    expect(fragment(words.join(' ')).errors).toEqual([]);
    const sources = words.flatMap((word, i) => [
      words.slice(0, i),
      words.slice(i),
      words.toSpliced(i, 1),
      words.toSpliced(i, 0, word),
    ]);
    const broken = sources.filter(text => fragment(text.join(' '), 'ps_3_0').errors.length > 0);
    expect(broken.length).toBeGreaterThan(words.length * 2);
  });

  it.each([
    [
      'leaves a loop',
      'uniform int n; uniform vec4 u[8]; varying vec4 v; void main(){ vec4 a = v; for (int i = 0; i < 8; i++) { if (i >= n) break; a += u[i]; } gl_FragColor = a; }',
    ],
    [
      'marches a ray',
      'varying vec2 v; void main(){ vec3 o = vec3(0.0, 0.0, -3.0), d = normalize(vec3(v, 1.0)); float t = 0.0; for (int i = 0; i < 16; i++) { float h = length(o + d * t) - 1.0; if (h < 0.001) break; t += h; } gl_FragColor = vec4(t); }',
    ],
    [
      'returns early',
      'varying vec4 v; float g(float x) { if (x > 0.5) return 1.0; if (x > 0.2) return x * 2.0; return x; } void main(){ gl_FragColor = vec4(g(v.x), g(v.y), g(v.z), 1.0); }',
    ],
    [
      'continues',
      'varying vec4 v; void main(){ float s = v.x; for (int i = 0; i < 5; i++) { if (s > v.y) continue; s += 0.5 * float(i); } gl_FragColor = vec4(s); }',
    ],
    [
      'knows the depth range',
      'varying float z; void main(){ gl_FragColor = vec4((z - gl_DepthRange.near) / gl_DepthRange.diff); }',
    ],
  ])('%s', (_, body) => {
    const random = seededRandom(3);
    for (let i = 0; i < 8; i++) expect(disagreements(`precision highp float; ${body}`, 'fragment', 'ps_3_0', random)).toEqual([]);
  });

  it('records the source lines of each instruction', () => {
    const { listing } = vertex('attribute vec4 p;\nuniform vec4 u;\nvoid main(){\n  vec4 q = p * u;\n  gl_Position = q;\n}');
    expect(listing.find(i => i.op === 'mul')?.lines).toContain(4);
  });

  it.each([
    'void main(){ for (int i = 0; i < 100000; i++) { } }',
    `void main(){ float a = ${'('.repeat(5000)}1.0${')'.repeat(5000)}; }`,
    `#define A B B B B B B B B\n#define B C C C C C C C C\n#define C D D D D D D D D\n#define D E E E E E E E E\n#define E F F F F F F F F\n#define F G G G G G G G G\n#define G H H H H H H H H\n#define H 1.0,1.0,1.0,1.0\nfloat x = A;`,
    `uniform vec4 u; void main(){ vec4 a = u; ${'for(int i=0;i<200;i++) '.repeat(5)} a = a * a + u; gl_Position = a; }`,
    'void main(){ for(;;){} }',
    // Without a limit, the tree is as deep as the sum is long, and the checker's recursion overflows the stack.
    `attribute vec4 p; void main(){ gl_Position = ${Array(20_000).fill('p').join('+')}; }`,
    `attribute vec4 p; void main(){ gl_Position = p${'.xyzw'.repeat(20_000)}; }`,
    `uniform vec4 u[8]; attribute vec4 p; void main(){ vec4 a = p; ${Array.from({ length: 4000 }, (_, i) => `a = a.yzxw * u[${i % 8}] * a;`).join('')} gl_Position = a; }`,
  ])('ends hostile input with an error (%#)', source => {
    expect(vertex(source).errors).toHaveLength(1);
  });
});
