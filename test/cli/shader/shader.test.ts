import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shaderCommand } from '../../../src/cli/shader/shader.ts';
import { overBudget, readBudgets } from '../../../src/cli/shader/shader-budget.ts';

let folder: string;
let lines: string[];
let complaints: string[];
const put = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const run = (...args: string[]) => shaderCommand(args, { out: line => lines.push(line), err: line => complaints.push(line) });
const json = () => lines.map(line => JSON.parse(line));

const VERT =
  '#ifdef LIT\nuniform vec4 l;\n#endif\nattribute vec4 p;\nvoid main() {\n  gl_Position = p;\n#ifdef LIT\n  gl_Position += l * p.x * p.y;\n#endif\n}\n';
const FRAG = 'precision mediump float;\nuniform sampler2D m;\nvarying vec2 v;\nvoid main() { gl_FragColor = texture2D(m, v); }\n';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-shader-'));
  lines = [];
  complaints = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('foyer shader', () => {
  it('prints the cost of a file, with its listing', async () => {
    expect(await run(put('a.vert', VERT))).toBe(0);
    expect(lines[0]).toMatch(/a\.vert {2}vs_2_0 {2}\d+ slots \(\d+ arithmetic, 0 texture\)/);
    expect(lines[0]).toMatch(/\n {4}vs_2_0|\n {4}\w+ /);
  });

  it('prints one JSON line for each file, each in its stage of the same model', async () => {
    expect(await run('--json', '--target', 'vs_3_0', put('a.vert', VERT), put('b.frag', FRAG), put('c.glsl', FRAG))).toBe(0);
    expect(json().map(r => r.target)).toEqual(['vs_3_0', 'ps_3_0', 'ps_3_0']);
    for (const report of json()) {
      expect(report).toMatchObject({
        error: null,
        slots: expect.any(Number),
        arithmetic: expect.any(Number),
        listing: expect.any(Array),
      });
    }
    expect(json()[1].texture).toBe(1);
  });

  it('reads files with a byte order mark: shader, include and budget', async () => {
    put('part.glsl', '\ufeff#define HALF 0.5\n');
    const shader = put(
      'a.frag',
      `\ufeff#version 100\n#include "part.glsl"\nprecision mediump float;\nvoid main() { gl_FragColor = vec4(HALF); }\n`,
    );
    expect([await run(shader, '--budget', put('budgets.json', '\ufeff{"a.frag": 40}')), complaints]).toEqual([0, []]);
  });

  it('accepts defines, which do not shift the lines of errors', async () => {
    const plain = put('a.vert', VERT);
    await run('--json', plain);
    await run('--json', '--define', 'LIT', plain);
    expect(json()[1].slots).toBeGreaterThan(json()[0].slots);
    expect(await run('--json', '-D', 'X=1', '-D', 'Y', put('bad.vert', 'void main() {\n  gl_Position = nothing;\n}\n'))).toBe(1);
    expect(json()[2].error).toMatch(/^line 2, column 17: .*nothing/);
  });

  it('fails when a shader exceeds its budget, and states by how much', async () => {
    const file = put('a.vert', VERT);
    await run('--json', file);
    const { slots } = json()[0];
    const budget = (n: number) =>
      put('budgets.json', JSON.stringify({ 'a.vert': n, 'a.vert LIT': { slots: 200, constants: 200 }, 'other.vert': 1 }));
    expect(await run('--budget', budget(slots), file)).toBe(0);
    expect(await run('--budget', budget(slots - 2), file)).toBe(1);
    expect(lines.join('\n')).toContain(`OVER BUDGET: ${slots} slots, 2 over the budget of ${slots - 2}`);
  });

  it('fails for a missing file, and continues with the rest', async () => {
    expect(await run('--json', join(folder, 'lost.vert'), put('a.vert', VERT))).toBe(1);
    expect(complaints[0]).toContain('lost.vert');
    expect(json()).toHaveLength(1);
  });

  it.each([
    [[], /no file is named/],
    [['--target', 'vs_4_0', 'a'], /must be one of vs_2_0.*got "vs_4_0"/],
    [['--define', '1x', 'a'], /NAME or NAME=VALUE, got "1x"/],
    [['--nonsense'], /nonsense/],
  ])('wrong arguments %j', async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(complaints[0]).toMatch(message);
  });

  it('names the limit that a shader exceeds', async () => {
    const terms = Array.from({ length: 90 }, (_, i) => `c += fract(c.yzwx * ${i}.5 + v.xyxy);`).join('\n');
    expect(
      await run(
        '--json',
        put(
          'long.frag',
          `precision mediump float;\nvarying vec2 v;\nvoid main() {\nvec4 c = v.xyxy;\n${terms}\ngl_FragColor = c;\n}`,
        ),
      ),
    ).toBe(1);
    expect(json()[0].error).toMatch(/too many arithmetic instruction slots/);
  });
});

describe('budgets.json', () => {
  it.each([
    ['[]', /must hold an object/],
    ['{', /is no JSON/],
    ['{"a": "b"}', /"a" must be a number or an object/],
    ['{"a": {"registers": 1}}', /"registers" is none of slots/],
    ['{"a": {"slots": -1}}', /slots must be a number from 0 up, got -1/],
  ])('%s is refused', (text, message) => {
    expect(() => readBudgets(text, 'budgets.json')).toThrow(message);
  });

  it('limits the counts that it names', () => {
    const [budget] = readBudgets('{"a.frag FOG X=2": {"texture": 1, "constants": 3}}', 'b.json');
    expect(budget).toMatchObject({ file: 'a.frag', defines: ['FOG', 'X=2'] });
    const counts = {
      slots: 9,
      executed: 9,
      arithmetic: 7,
      texture: 2,
      constants: 3,
      temporaries: 1,
      interpolators: 1,
      dependentReads: 0,
    };
    expect(overBudget(budget, counts)).toEqual(['2 texture, 1 over the budget of 1']);
  });
});

describe('foyer shader --baseline', () => {
  const baseline = () => join(folder, 'counts.json');

  it('writes the counts, and prints as Markdown what has grown since', async () => {
    const file = put('a.frag', FRAG);
    expect(await run(file, '--baseline', baseline())).toBe(2);
    expect(complaints.join()).toContain('does not exist: --update writes it');
    expect(await run(file, '--baseline', baseline(), '--update')).toBe(0);
    expect(await run(file, '--baseline', baseline())).toBe(0);
    expect(lines.at(-1)).toBe('No shader changed its cost (1 compared).');
    put('a.frag', FRAG.replace('texture2D(m, v)', 'texture2D(m, v) * v.x + texture2D(m, v * 2.0)'));
    expect(await run(file, '--baseline', baseline())).toBe(1);
    expect(lines.at(-1)).toMatch(/^### Shader slots: 1 grew, of 1\n/);
    expect(lines.at(-1)).toMatch(
      /\| `.*a\.frag` \| ps_2_0 \| 2 \| \d+ \| \*\*\+\d+ \(\+\d+ %\)\*\*: \+\d+ arithmetic, \+1 texture \|$/,
    );
  });

  it('names shaders that are new, that shrank and that no longer compile', async () => {
    const [a, b] = [put('a.frag', FRAG), put('b.vert', VERT)];
    await run(a, b, '--define', 'LIT', '--baseline', baseline(), '--update');
    put('a.frag', 'nonsense');
    put('b.vert', VERT.replace('l * p.x * p.y', 'l'));
    expect(await run(a, b, put('c.frag', FRAG), '--define', 'LIT', '--baseline', baseline())).toBe(1);
    expect(lines.at(-1)).toContain('1 shrank, 1 new, 1 with an error, of 3');
  });

  it('reports a loop that runs more often, although its slots stay the same', async () => {
    const loop = (runs: number) =>
      put(
        'loop.frag',
        `precision mediump float; varying vec2 v; uniform sampler2D t;
         void main() { vec4 c; for (int i = 0; i < ${runs}; i++) c += texture2D(t, v * float(i)); gl_FragColor = c; }`,
      );
    await run(loop(10), '--target', 'ps_3_0', '--baseline', baseline(), '--update');
    expect(await run(loop(12), '--target', 'ps_3_0', '--baseline', baseline())).toBe(1);
    expect(lines.at(-1)).toMatch(/\| 12, runs 66 \| 12, runs 78 \| \*\*0 \(0 %\)\*\*: \+12 executed \|/);
  });

  it('rejects an invalid baseline', async () => {
    const file = put('a.frag', FRAG);
    expect(await run(file, '--baseline', put('bad.json', '{"a.frag ps_2_0": 4}'))).toBe(2);
    expect(complaints.join()).toContain('"a.frag ps_2_0" needs slots, arithmetic and texture');
  });
});

it('foyer shader finds included files beside the shader, and names lines as the file has them', async () => {
  put('noise.glsl', 'float noise(vec2 p) {\n  return fract(p.x * 7.0);\n}');
  const main =
    'precision mediump float;\nvarying vec2 v;\n#include "noise.glsl"\nvoid main() {\n  gl_FragColor = vec4(noise(v));\n}\n';
  expect(await run(put('a.frag', main))).toBe(0);
  expect(await run(put('b.frag', main.replace('noise(v)', 'noise(q)')))).toBe(1);
  expect(lines.at(-1)).toContain("line 5, column 29: 'q' is not declared");
});
