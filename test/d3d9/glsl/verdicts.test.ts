import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readShader } from '../../../src/d3d9/glsl/read-shader.ts';
import { compileShader } from '../../../src/d3d9/index.ts';
import { ShaderError } from '../../../src/d3d9/shader-error.ts';
import { Work } from '../../../src/d3d9/work-budget.ts';
import { diagnosticsTable } from './diagnostics-table.ts';
import { angleVerdicts, type Verdict } from './verdicts.ts';

/** Returns the line where the shader is rejected, numbered as by a driver. Undefined where it is accepted. */
function refusal({ stage, source }: Pick<Verdict, 'stage' | 'source'>): number | undefined {
  try {
    readShader(source, stage, new Work());
    return undefined;
  } catch (error) {
    if (error instanceof ShaderError) return error.reported?.line;
    throw error;
  }
}

/** ANGLE accepts assignments through the comma operator, which GLSL forbids. */
const isCommaTarget = ({ source }: Verdict) => source.includes('(a, a) =');
/** Two cases where our line is more useful: where a comment opens, and where an unreadable directive is. */
const hasBetterLine = ({ angle }: Verdict) => /EOF while in a comment|'#' : invalid character/.test(angle?.text ?? '');

describe('the front end', () => {
  const verdicts = angleVerdicts();

  it('accepts what ANGLE accepts and rejects what it rejects', () => {
    expect(verdicts.length).toBeGreaterThan(2_400);
    const wrong = verdicts.filter(v => !isCommaTarget(v) && (refusal(v) === undefined) !== (v.angle === undefined));
    expect(wrong).toEqual([]);
  });

  it("has a table of ANGLE's errors in docs/shader-diagnostics.md", () => {
    const table = diagnosticsTable(verdicts);
    const file = new URL('../../../docs/shader-diagnostics.md', import.meta.url);
    // `npm run test:diagnostics` rewrites the table.
    if (process.env.DIAGNOSTICS_TABLE) writeFileSync(file, table);
    expect(readFileSync(file, 'utf8')).toBe(table);
  });

  it('reports the same line as ANGLE, following #line directives', () => {
    const wrong = verdicts
      .filter(v => v.angle && v.angle.line > 0 && !hasBetterLine(v))
      .map(v => ({ ...v, ours: refusal(v) }))
      .filter(v => v.ours !== v.angle?.line);
    expect(wrong).toEqual([]);
  });

  const shader = (body: string) =>
    `precision mediump float; uniform float u; uniform bool b; void main() { ${body} gl_FragColor = vec4(1.0); }`;
  const sum = (n: number) => `float a = ${Array(n).fill('u').join(' + ')};`;
  const signs = (n: number) => `float a = ${'-('.repeat(n)}u${')'.repeat(n)};`;
  const branches = (n: number) => `${'if (b) '.repeat(n)} discard;`;
  // The last count that ANGLE accepts and the first that it rejects.
  it.each([
    ['a sum', sum(252), sum(253)],
    ['signs', signs(251), signs(252)],
    ['branches', branches(126), branches(127)],
  ])('limits the depth of %s as ANGLE does', (_, last, first) => {
    expect(refusal({ stage: 'fragment', source: shader(last) })).toBeUndefined();
    expect(refusal({ stage: 'fragment', source: shader(first) })).toBe(1);
  });

  it('accepts 300 nested brackets: ANGLE does not count them', () => {
    const source = shader(`float a = ${'('.repeat(300)}u${')'.repeat(300)};`);
    expect(compileShader(source, { stage: 'fragment', target: 'ps_3_0' }).errors).toEqual([]);
  });

  it('reports the line that #line sets, together with the row of the text', () => {
    const source = 'precision mediump float;\n#line 40\nvoid main() {\n  gl_FragColor = vec3(1.0);\n}';
    expect(compileShader(source, { stage: 'fragment', target: 'ps_2_0' }).errors).toMatchObject([{ line: 41, row: 4 }]);
  });

  it('writes one render target for each element of gl_FragData that the shader names', () => {
    const source = `#extension GL_EXT_draw_buffers : require
      precision highp float; varying vec4 v; uniform vec4 u;
      void main() { gl_FragData[0] = v; gl_FragData[1] = v * u; }`;
    const { listing, errors } = compileShader(source, { stage: 'fragment', target: 'ps_2_0' });
    expect(errors).toEqual([]);
    expect(listing.map(i => i.text)).toEqual(['dcl t0', 'mov oC0, t0', 'mul r0, t0, c3', 'mov oC1, r0']);
  });
});
