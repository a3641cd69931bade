import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { compileShader, type TargetName } from '../../src/d3d9/index.ts';
import { disagreements } from './agreement.ts';

/**
 * One small shader and its listing for each pass of the optimizer. The listings are those of Microsoft's compiler except for
 * register numbers.
 */
const FRAGMENT =
  'precision highp float; uniform sampler2D t, t2; uniform vec4 u, u2; uniform vec2 px; uniform float k; varying vec4 v; varying vec3 n; varying vec2 uv; varying float w;';
const VERTEX = 'uniform vec4 u; uniform float k; attribute vec4 p; attribute vec2 q; varying vec4 o;';

function operations(target: TargetName, body: string): string {
  const vertex = target.startsWith('v');
  const source = `${vertex ? VERTEX : FRAGMENT} void main() { ${body} }`;
  const { listing, errors } = compileShader(source, { stage: vertex ? 'vertex' : 'fragment', target });
  expect(errors).toEqual([]);
  return listing
    .filter(i => i.slots > 0)
    .map(i => i.text.replace(/ .*/, ''))
    .join(' ');
}

describe('passes of the optimiser', () => {
  it.each<[string, TargetName, string, string]>([
    ['fusing: a product and a sum are mad', 'ps_3_0', 'gl_FragColor = v * u + texture2D(t, uv);', 'texld mad'],
    ['fusing: an interpolation is lrp', 'ps_3_0', 'gl_FragColor = mix(texture2D(t, uv), u, w) * k;', 'texld lrp mul'],
    [
      'fusing: an interpolation right before the output stays two instructions',
      'ps_3_0',
      'gl_FragColor = mix(texture2D(t, uv), u, w);',
      'texld add mad',
    ],
    ['fusing: clamping is free', 'ps_3_0', 'gl_FragColor = clamp(v * u, 0.0, 1.0);', 'mul_sat'],
    [
      'grouping: equal operations become one instruction',
      'ps_3_0',
      'gl_FragColor = vec4(v.x * k, v.y * k, v.z * k, v.w * k);',
      'mul',
    ],
    ['affine lanes: an input and a literal', 'ps_3_0', 'gl_FragColor = vec4(n, 1.0);', 'mad'],
    [
      'affine lanes: a texel and a literal stay apart',
      'ps_3_0',
      'gl_FragColor = vec4(texture2D(t, uv).rgb, 1.0);',
      'texld mov mov',
    ],
    ['affine lanes: a flipped coordinate', 'ps_3_0', 'gl_FragColor = texture2D(t, vec2(uv.x, 1.0 - uv.y));', 'mad texld'],
    [
      'affine lanes: an inverted colour',
      'ps_3_0',
      'vec4 c = texture2D(t, uv); gl_FragColor = vec4(1.0 - c.rgb, c.a);',
      'texld mad',
    ],
    [
      'vectors: a literal scales all lanes, 0 too',
      'ps_3_0',
      'gl_FragColor = texture2D(t, uv + vec2(-1.0, 0.0) * px);',
      'mov mad texld',
    ],
    [
      'vectors: a sum with a literal that has a 0',
      'ps_3_0',
      'gl_FragColor = (texture2D(t, uv) - vec4(1.0, 0.5, 0.0, 1.0)) * k;',
      'texld add mul',
    ],
    ['ports: two constants need a copy', 'ps_3_0', 'gl_FragColor = v * u + u2;', 'mov mad'],
    ['ports: twice a uniform reads one register', 'ps_3_0', 'gl_FragColor = vec4(w) * (u * 2.0);', 'add mul'],
    [
      'selection: x == 0 is a comparison of |x|',
      'ps_3_0',
      'gl_FragColor = v.x == 0.0 ? texture2D(t, uv * k) : u;',
      'mul texld cmp',
    ],
    ['selection: uses the square where |x| has a cost', 'ps_2_0', 'gl_FragColor = v.x == 0.0 ? v : u;', 'mul cmp mov'],
    [
      'functions: the sine of a vector is a polynomial',
      'ps_3_0',
      'gl_FragColor = sin(v);',
      'mad frc mad mul mad mad mad mad mad',
    ],
    ['ranges: a comparison that always holds goes', 'ps_3_0', 'gl_FragColor = min(k, 1.0) < 2.0 ? v : u;', 'mov'],
    ['ranges: so does a limit that is never reached', 'ps_3_0', 'gl_FragColor = max(clamp(v, 0.0, 1.0) * 3.0, 4.0);', 'mov'],
    [
      'ranges: clamping to 0…1 twice is once',
      'ps_3_0',
      'gl_FragColor = clamp(clamp(v, 0.0, 1.0) * 0.5, 0.0, 1.0);',
      'mov_sat mul',
    ],
    [
      'known conditions: the same comparison again selects nothing new',
      'ps_3_0',
      'vec4 c = v; if (w < k) c *= u; if (w < k) c *= u2; gl_FragColor = c;',
      'add mul mul cmp',
    ],
    [
      'known conditions: a comparison within its own side holds',
      'ps_3_0',
      'vec4 c = v; if (w < k) { c = u; if (w < k) c = u2; } gl_FragColor = c;',
      'add cmp',
    ],
    [
      'flow: a loop that always ends in its first iteration is none',
      'ps_3_0',
      'vec4 c = v; for (int i = 0; i < 20; i++) { c = fract(c * k); if (min(w, 1.0) < 2.0) break; } gl_FragColor = c;',
      'mul frc',
    ],
    [
      'fusing: an interpolation that several instructions read is lrp',
      'vs_3_0',
      'vec4 c = p; if (k < 1.0) c = u; o = c * c + c; gl_Position = p;',
      'mov slt lrp mad add mul mul add mul mov',
    ],
    [
      'branches: a fetch at a varying stays in its `if`, and both sides write the output',
      'ps_3_0',
      'vec4 c = v; if (w < k) c = texture2D(t, uv); gl_FragColor = c;',
      'if_lt texld else mov endif',
    ],
    [
      'branches: a fetch at a computed coordinate makes it a selection',
      'ps_3_0',
      'vec4 c = v; if (w < k) c = texture2D(t, uv * 2.0); gl_FragColor = c;',
      'add texld add cmp',
    ],
    [
      'branches: what the `if` keeps is in its register already',
      'ps_3_0',
      'vec4 c = texture2D(t, uv * 2.0); if (n.x < k) c += texture2D(t2, uv); gl_FragColor = c * u;',
      'add texld if_lt texld add endif mul',
    ],
    ['outputs: ps_2_0 writes whole registers', 'ps_2_0', 'gl_FragColor = vec4(1.0);', 'mov mov'],
    ['outputs: the position of a quad', 'vs_2_0', 'gl_Position = vec4(q, 0.0, 1.0); o = p;', 'mov mad mov mov mov'],
    [
      'overlay: results go where a fetch left room',
      'ps_2_0',
      'vec4 c = texture2D(t, uv); gl_FragColor = vec4(c.rgb * c.a, c.a);',
      'texld mul mov',
    ],
    [
      'flow: texture reads keep a loop',
      'ps_3_0',
      'vec4 c = v; for (int i = 0; i < 4; i++) c += texture2D(t, uv * float(i)); gl_FragColor = c;',
      'mov mov rep mul texld add add endrep mov',
    ],
    [
      'flow: arithmetic does not',
      'ps_3_0',
      'vec4 c = v; for (int i = 0; i < 3; i++) c = fract(c * k + u); gl_FragColor = c;',
      'mov mad frc mad frc mad frc',
    ],
    [
      'flow: what the loop does not change goes in front',
      'ps_3_0',
      'vec4 c = v; for (int i = 0; i < 4; i++) c += texture2D(t, uv); gl_FragColor = c;',
      'texld mov rep add endrep mov',
    ],
    [
      'flow: an exit of a long loop',
      'ps_3_0',
      'float x = w; for (int i = 0; i < 20; i++) { if (x > k) break; x += w; } gl_FragColor = vec4(x);',
      'mov rep if_lt break_ne endif add endrep mov',
    ],
    ['selection: a function of literals is folded', 'ps_3_0', 'gl_FragColor = vec4(sqrt(step(k, w)) * 3.0 + 0.5);', 'add cmp'],
    ['selection: a test of a selection is its own test', 'ps_3_0', 'gl_FragColor = step(0.5, w) > 0.5 ? v : u;', 'add cmp'],
    ['chains: a function of max selects', 'ps_3_0', 'gl_FragColor = vec4(exp2(max(w, 0.1)));', 'add exp cmp'],
    [
      'chains: max with other readers stays',
      'ps_3_0',
      'float m = max(w, 0.1); gl_FragColor = vec4(exp2(m), m, 0.0, 0.0);',
      'max exp mov mov',
    ],
    [
      'chains: a sum that repeats is a product',
      'ps_3_0',
      'vec4 a = v; for (int i = 0; i < 5; i++) a += u; gl_FragColor = a;',
      'mov mad',
    ],
    ['chains: a product that repeats is a power', 'ps_3_0', 'gl_FragColor = v * v * v * v * u;', 'mul mul mul'],
    ['folding: multiples of one vector are added', 'ps_3_0', 'gl_FragColor = v * 0.7 + 0.5 + v;', 'mad'],
    ['folding: fract drops whole summands', 'vs_2_0', 'gl_Position = p; o = fract(p + floor(u));', 'frc add mul mul add mul mov'],
    [
      'fusing: a dot product of two lanes takes each summand',
      'ps_3_0',
      'float a = dot(uv, px); gl_FragColor = vec4(a + w, a + k, 0.0, 1.0);',
      'mov dp2add mov dp2add mov',
    ],
    ['products: ps_2_0 has no dp2add for lanes z and w', 'ps_2_0', 'gl_FragColor = vec4(dot(v.zw, v.zw));', 'mul mad mov'],
    ['outputs: ps_2_0 repeats a lane beside itself', 'ps_2_0', 'gl_FragColor = (n * u.xyz).xyzz;', 'mul mov mov'],
    [
      'flow: a loop of vs_2_0 whose exit never holds stays one',
      'vs_2_0',
      'gl_Position = p; vec4 a = p; for (int i = 0; i < 5; i++) { if (fract(k) > 1.5) break; a = fract(a + exp2(u)); } o = a;',
      'add mul mul add mul exp exp exp exp mov rep add frc endrep mov mov',
    ],
  ])('%s (%s)', (_, target, body, expected) => {
    expect(operations(target, body)).toBe(expected);
  });

  it('counts the slots that a loop runs, not only those in its listing', () => {
    const source = `${FRAGMENT} void main() { vec4 c = v; for (int i = 0; i < 10; i++) c += texture2D(t, uv * float(i)); gl_FragColor = c; }`;
    const { slots, executed } = compileShader(source, { stage: 'fragment', target: 'ps_3_0' });
    // mov mov rep, ten rounds of mul texld add add endrep, mov
    expect([slots, executed]).toEqual([12, 66]);
  });

  it('prints a literal that overflowed', () => {
    const source = `${FRAGMENT} void main() { gl_FragColor = v * exp2(200.0); }`;
    const { listing, errors } = compileShader(source, { stage: 'fragment', target: 'ps_3_0' });
    expect(errors).toEqual([]);
    expect(listing.map(i => i.text)).toContain('def c0, 1.#INF, 0, 0, 0');
  });

  it('keeps the lane of a product that another sum still reads', () => {
    const source = `${FRAGMENT} void main() {
      vec2 c = vec2(0.0625, smoothstep(0.1, 0.9, w));
      for (int i = 0; i < 2; i++) c = c * 0.5 + texture2D(t, u.xz + float(i) * 0.1).xy * 0.5;
      gl_FragColor = c.xyxy;
    }`;
    expect(disagreements(source, 'fragment', 'ps_2_0', seededRandom(1))).toEqual([]);
  });
});
