import { describe, expect, it } from 'vitest';
import { findHints } from '../../../src/d3d9/hints/find-hints.ts';
import { applyEdits, type Hint } from '../../../src/d3d9/hints/hint.ts';
import { ShaderText } from '../../../src/d3d9/hints/shader-text.ts';

type Stage = 'vertex' | 'fragment';

/** Returns every candidate that is valid GLSL, as if each saved one slot. */
function all(source: string, stage: Stage = 'vertex'): Hint[] {
  const search = findHints(source, stage, 100, rewritten => {
    new ShaderText(rewritten, stage); // throws where it is no valid GLSL
    return 99;
  });
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
  }
}

/** Returns the rewritten source of the hint whose title matches. */
function rewritten(source: string, title: RegExp, stage: Stage = 'vertex'): string | undefined {
  return all(source, stage).find(h => title.test(h.title))?.rewritten;
}

const main = (body: string) => `void main() {\n  ${body}\n}\n`;

describe('int conversion', () => {
  const declared = 'attribute vec4 j;\nuniform vec4 rows[68];\n';
  it('marks every index as not negative', () => {
    expect(
      rewritten(declared + main('ivec2 i = ivec2(j.xy);\n  gl_Position = rows[i.x] + rows[int(j.z)];'), /not negative/),
    ).toBe(declared + main('ivec2 i = ivec2(max(vec2(0.0), j.xy));\n  gl_Position = rows[i.x] + rows[int(max(0.0, j.z))];'));
  });
  it('changes only the bound of an index already marked as not negative', () => {
    const source = declared + main('gl_Position = rows[int(max(0.0, j.x))] + rows[ivec2(max(vec2(0.0), j.xy)).y];');
    expect(rewritten(source, /not negative/)).toBeUndefined();
    expect(rewritten(source, /0\.5/)).toBe(
      declared + main('gl_Position = rows[int(max(0.5, j.x))] + rows[ivec2(max(vec2(0.5), j.xy)).y];'),
    );
  });
});

describe('matrices', () => {
  const declared = 'attribute vec3 position;\nuniform mat4 P, V, M;\n';
  it('multiplies the vector first for any number of matrices, including local ones', () => {
    expect(rewritten(declared + main('gl_Position = P * V * M * vec4(position, 1.0);'), /vector first/)).toContain(
      'gl_Position = P * (V * (M * vec4(position, 1.0)));',
    );
    expect(
      rewritten(declared + main('mat4 all = P * V;\n  gl_Position = all * (M * vec4(position, 1.0));'), /vector first/),
    ).toContain('gl_Position = P * (V * (M * vec4(position, 1.0)));');
  });
  it('does not multiply through a local matrix that is written again', () => {
    const body = 'mat4 all = P * V;\n  all[3] = vec4(1.0);\n  gl_Position = all * vec4(position, 1.0);';
    expect(rewritten(declared + main(body), /vector first/)).toBeUndefined();
  });
  it('writes a product as columns', () => {
    expect(rewritten(declared + main('gl_Position = P * vec4(position.zyx, 1.0);'), /columns/)).toContain(
      '(P[0] * position.zyx.x + P[1] * position.zyx.y + P[2] * position.zyx.z + P[3])',
    );
  });
});

describe('depth', () => {
  const declared = 'attribute vec4 p;\nuniform mat4 P;\nuniform vec4 c[4];\nvarying float v;\n';
  it.each(['P * p', 'c[0] * p.x + c[1] * p.y + c[3]'])('moves into the matrix: %s', e => {
    expect(rewritten(declared + main(`gl_Position = ${e};\n  v = gl_Position.w;`), /z \+ w/)).toBe(
      declared + main(`gl_Position = ${e};\n  gl_Position.z -= gl_Position.w;\n  v = gl_Position.w;`),
    );
  });
  it('stays where the shader reads it, or where no matrix computes it', () => {
    expect(rewritten(declared + main('gl_Position = P * p;\n  v = gl_Position.z;'), /z \+ w/)).toBeUndefined();
    expect(rewritten(declared + main('gl_Position = p * 2.0;'), /z \+ w/)).toBeUndefined();
  });
});

describe('attributes', () => {
  it('are declared with their w, alone or with others, and keep three components elsewhere', () => {
    const source = `attribute vec3 position, normal;\nuniform mat4 P;\nvarying vec3 v;\n${main('v = position * 2.0 + position.zyx + normal;\n  gl_Position = P * vec4(position, 1.0);')}`;
    expect(rewritten(source, /position as vec4/)).toBe(
      `attribute vec3 normal;\nattribute vec4 position;\nuniform mat4 P;\nvarying vec3 v;\n${main('v = position.xyz * 2.0 + position.zyx + normal;\n  gl_Position = P * position;')}`,
    );
  });
  it('of two floats get 0 and 1', () => {
    expect(rewritten(`attribute highp vec2 corner;\n${main('gl_Position = vec4(corner, 0.0, 1.0);')}`, /corner as vec4/)).toBe(
      `attribute highp vec4 corner;\n${main('gl_Position = corner;')}`,
    );
    expect(
      rewritten(`attribute vec2 corner;\n${main('gl_Position = vec4(corner, 0.5, 1.0);')}`, /corner as vec4/),
    ).toBeUndefined();
  });
});

describe('palettes', () => {
  it('in one array become three arrays of rows', () => {
    const source = `attribute vec4 p, j;\nuniform vec4 b[3 * 20]; // palette\n${main('ivec2 i = ivec2(j.xy) * 3;\n  gl_Position = b[i.x] + b[i.y + 1] + b[i.x + 2] * p;')}`;
    expect(rewritten(source, /three arrays of rows/)).toBe(
      `attribute vec4 p, j;\nuniform vec4 b0[20];\nuniform vec4 b1[20];\nuniform vec4 b2[20]; // palette\n${main('ivec2 i = ivec2(j.xy);\n  gl_Position = b0[i.x] + b1[i.y] + b2[i.x] * p;')}`,
    );
  });
  it('stay unchanged where the index has another use', () => {
    const source = `attribute vec4 j;\nuniform vec4 b[60];\n${main('int i = int(j.x) * 3;\n  gl_Position = b[i] + float(i);')}`;
    expect(rewritten(source, /three arrays/)).toBeUndefined();
  });
  it('of matrices become rows, in a blend and in direct products', () => {
    const source = `attribute vec4 p, j, w;\nuniform mat4 b[20];\n${main('mat4 m = b[int(j.x)] * w.x + w.y * b[int(j.y)];\n  gl_Position = m * p;')}`;
    const result = rewritten(source, /three arrays of rows/);
    expect(result).toContain('vec4 mRow1 = bRow1[int(j.x)] * w.x + w.y * bRow1[int(j.y)];');
    expect(result).toContain('gl_Position = vec4(dot(mRow0, p), dot(mRow1, p), dot(mRow2, p), p.w);');
    expect(rewritten(`attribute vec4 p;\nuniform mat4 b[20];\n${main('gl_Position = b[3] * p;')}`, /three arrays/)).toContain(
      'dot(bRow2[3], p), p.w)',
    );
    expect(
      rewritten(
        `attribute vec4 p;\nuniform mat4 b[20];\n${main('mat4 m = b[3];\n  gl_Position = m[0] + m * p;')}`,
        /three arrays/,
      ),
    ).toBeUndefined();
  });
  it('of structs become one array for each field', () => {
    const source = `struct S { vec4 a; float f; };\nuniform S s[8];\nattribute float j;\n${main('gl_Position = s[int(j)].a * s[2].f;')}`;
    const result = rewritten(source, /array of each field/);
    expect(result).toContain('uniform vec4 s_a[8];\nuniform float s_f[8];');
    expect(result).toContain('gl_Position = s_a[int(j)] * s_f[2];');
  });
});

describe('normalize', () => {
  const declared = 'attribute vec3 normal;\nuniform vec3 sun;\nuniform mat3 N;\nvarying float v;\n';
  it.each([
    ['normalize(normalize(N * normal)).x', 'normalize(N * normal).x', /of length 1/],
    ['dot(normalize(sun), normal)', 'dot(sun, normal)', /before it is uploaded/],
    ['normalize(-normal).y', '(-normal).y', /buffer of normal/],
  ])('%s', (before, after, why) => {
    const hint = all(declared + main(`v = ${before};\n  gl_Position = vec4(0.0);`)).find(h => /normalize/.test(h.title));
    expect(hint?.rewritten).toContain(`v = ${after};`);
    expect(hint?.explanation).toMatch(why);
  });
  it('stays where the length is unknown', () => {
    expect(rewritten(declared + main('v = normalize(N * normal).x;\n  gl_Position = vec4(0.0);'), /normalize/)).toBeUndefined();
  });
});

describe('uniform-only', () => {
  it('becomes a uniform declared before the functions, wherever the expression is', () => {
    const source = `uniform vec3 a;\nuniform float t;\nfloat f() { return sin(t * 2.0); }\n${main('gl_Position = vec4(a * sin(t * 2.0), f());')}`;
    const result = rewritten(source, /CPU/);
    expect(result).toContain('uniform float uOnce; // sin(t * 2.0)\nfloat f() { return uOnce; }');
    expect(all(source).filter(h => /CPU/.test(h.title))).toHaveLength(2);
  });
  it('stays where any part of it varies', () => {
    expect(rewritten(`attribute float a;\nuniform float t;\n${main('gl_Position = vec4(a * t);')}`, /CPU/)).toBeUndefined();
  });
});

describe('shared lanes', () => {
  it('combines neighbouring statements', () => {
    const source = `attribute vec4 a;\nuniform float s;\n${main('float x = sin(a.x * s + 1.0);\n  float y = sin(a.y * s + 2.0);\n  gl_Position = vec4(x, y, 0.0, 1.0);')}`;
    expect(rewritten(source, /2 scalars/)).toContain(
      'vec2 shared = sin(((a.xy * s) + vec2(1.0, 2.0)));\n  float x = shared.x;\n  float y = shared.y;',
    );
  });
  it('does not combine statements that depend on each other or differ in their operations', () => {
    const make = (y: string) =>
      `attribute vec4 a;\n${main(`float x = a.x * 2.0;\n  float y = ${y};\n  gl_Position = vec4(x, y, 0.0, 1.0);`)}`;
    expect(rewritten(make('x * 2.0'), /scalars/)).toBeUndefined();
    expect(rewritten(make('a.y + 2.0'), /scalars/)).toBeUndefined();
    expect(rewritten(make('a.y * 3.0'), /scalars/)).toContain('(a.xy * vec2(2.0, 3.0))');
  });
  it('combines assignments to components', () => {
    expect(
      rewritten(
        `attribute vec4 a;\n${main('gl_Position = a;\n  gl_Position.x = a.x * a.w;\n  gl_Position.y = a.y * a.w;')}`,
        /2 scalars/,
      ),
    ).toContain('gl_Position.xy = (a.xy * a.w);');
  });
});

describe('from the fragment to the vertex shader', () => {
  const declared = 'precision mediump float;\nvarying vec2 uv;\nuniform vec4 t;\nuniform sampler2D map;\n';
  it('moves what is linear in the varyings', () => {
    const hint = all(declared + main('gl_FragColor = texture2D(map, uv * t.xy + t.zw);'), 'fragment').find(h =>
      /vertex shader/.test(h.title),
    );
    expect(hint?.rewritten).toContain(
      'varying vec2 vEarly; // uv * t.xy + t.zw\nvoid main() {\n  gl_FragColor = texture2D(map, vEarly);',
    );
    expect(hint?.explanation).toContain('vEarly = uv * t.xy + t.zw;');
  });
  it.each(['uv * uv', 'normalize(uv)', 'fract(uv * 2.0) + uv.x * uv.y'])('does not move %s', e => {
    const hints = all(declared + main(`gl_FragColor = vec4(${e}, 0.0, 1.0);`), 'fragment').filter(h =>
      /vertex shader/.test(h.title),
    );
    for (const h of hints) expect(h.rewritten).not.toContain('vec4(vEarly, 0.0');
  });
});

describe('unusual sources', () => {
  it('keeps comments, directives and CRLF lines outside the change', () => {
    const source =
      '#define N 20\r\n/* vec4(p, 1.0) */ attribute vec3 p; // position\r\n#ifdef X\r\nbroken\r\n#endif\r\nvoid main() { gl_Position = vec4( /* here */ p , 1.0 ); }\r\n';
    expect(rewritten(source, /p as vec4/)).toBe(
      '#define N 20\n/* vec4(p, 1.0) */ attribute vec4 p; // position\n#ifdef X\nbroken\n#endif\nvoid main() { gl_Position = p; }\n',
    );
  });
  it('leaves code from macros unchanged', () => {
    expect(all(`#define PLACE(a) vec4(a, 1.0)\nattribute vec3 p;\n${main('gl_Position = PLACE(p);')}`)).toEqual([]);
  });
  it('has no hints for an invalid source', () => {
    expect(all('void main() {')).toEqual([]);
  });
});

describe('edits', () => {
  it('rejects two that overlap', () => {
    expect(
      applyEdits('abcd', [
        { start: 0, end: 2, text: '' },
        { start: 1, end: 3, text: '' },
      ]),
    ).toBeUndefined();
  });
});

describe('findHints', () => {
  it('omits hints that save nothing or do not compile, and sorts by saving', () => {
    const source = `attribute vec3 p;\nuniform mat4 P, V;\n${main('gl_Position = P * V * vec4(p, 1.0);')}`;
    const counts: Record<string, number | undefined> = { association: 20, attribute: 47 };
    const search = findHints(source, 'vertex', 48, s =>
      s.includes('P * (V *') ? counts.association : s.includes('attribute vec4') ? counts.attribute : undefined,
    );
    let step = search.next();
    while (!step.done) step = search.next();
    expect(step.value.map(h => h.saves)).toEqual([28, 1]);
  });
});

describe('cheaper forms', () => {
  const declared =
    'precision highp float;\nuniform sampler2D t; uniform vec2 px; uniform float k; varying vec2 uv; varying vec3 n, l; varying vec4 c;\n';
  it.each([
    ['Square several times', 'gl_FragColor = pow(c, vec4(8.0));', '(pow(pow(pow(c, vec4(2.0)), vec4(2.0)), vec4(2.0)))'],
    ['Gamma 2 for gamma 2.2', 'gl_FragColor = pow(c, vec4(1.0 / 2.2));', '(sqrt(c))'],
    ['Compare the square of the length', 'gl_FragColor = length(n) < 0.5 ? c : vec4(k);', '(dot(n, n) < 0.25)'],
    ['Compare the square of the length', 'gl_FragColor = 2.0 > distance(n, l) ? c : vec4(k);', '(dot(n - l, n - l) < 4.0)'],
    ['Clamp for free', 'gl_FragColor = c * max(dot(n, l), 0.0);', '(clamp(dot(n, l), 0.0, 1.0))'],
    ['Multiply, then add', 'gl_FragColor = (c - 1.0) * 4.0;', '(c * 4.0 + -4.0)'],
    ['Multiply, then add', 'gl_FragColor = (1.0 - c) / 2.0;', '(c * -0.5 + 0.5)'],
    ['A fraction for mod', 'gl_FragColor = mod(c, 4.0);', '(fract(c * 0.25) * 4.0)'],
    ['mix for the sum of two shares', 'gl_FragColor = c * k + c.wzyx * (1.0 - k);', '(mix(c.wzyx, c, k))'],
    ['A straight ramp for smoothstep', 'gl_FragColor = smoothstep(0.5, 1.0, c);', '(clamp(c * 2.0 + -1.0, 0.0, 1.0))'],
    ['Divide once on the CPU', 'gl_FragColor = texture2D(t, uv / px);', '(uv * uInverse)'],
    ['Leave the normalize out', 'gl_FragColor = vec4(normalize(n), 1.0);', 'vec4(n, 1.0)'],
  ])('%s: %s', (title, body, text) => {
    expect(rewritten(declared + main(body), new RegExp(title), 'fragment')).toContain(text);
  });
  it('leaves other expressions unchanged', () => {
    const titles = (body: string) => all(declared + main(body), 'fragment').map(h => h.title);
    expect(titles('gl_FragColor = pow(c, vec4(3.0));')).not.toContain('Square several times');
    expect(titles('gl_FragColor = length(n) < -1.0 ? c : vec4(k);')).not.toContain('Compare the square of the length');
    expect(titles('gl_FragColor = c * max(k, 0.0);')).not.toContain('Clamp for free');
    expect(titles('gl_FragColor = (c + k) * k;')).not.toContain('Multiply, then add');
  });
});
