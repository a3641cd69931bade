import { describe, expect, it } from 'vitest';
import { readDroppedFiles } from '../../../src/shader-page/catalog/dropped-files.ts';
import { IncludedFiles } from '../../../src/shader-page/catalog/included-files.ts';
import { readSpectorCapture } from '../../../src/shader-page/catalog/spector-capture.ts';
import { lineCosts } from '../../../src/shader-page/compile/line-costs.ts';

const FRAGMENT = 'void main() { gl_FragColor = vec4(1.0); }';

describe('readDroppedFiles', () => {
  it('distinguishes shaders from included files, and reports unreadable files', async () => {
    const files = [
      new File([FRAGMENT], 'a.glsl'),
      new File(['float noise(vec2 p) { return p.x; }'], 'noise.glsl'),
      new File(['void mainImage(out vec4 c, in vec2 p) { c = p.xyxy; }'], 'toy.txt'),
      new File(['{'], 'broken.json'),
      new File(['{}'], 'empty.json'),
    ];
    const { shaders, includes, problems } = await readDroppedFiles(files);
    expect(shaders.map(s => [s.name, s.stage])).toEqual([
      ['a.glsl', 'fragment'],
      ['toy.txt', 'fragment'],
    ]);
    expect(includes.map(i => i.name)).toEqual(['a.glsl', 'noise.glsl', 'toy.txt']);
    expect(problems).toEqual(['broken.json is no JSON.', 'empty.json holds no shader.']);
  });
});

it('readSpectorCapture finds each shader of a capture once', () => {
  const shader = (name: string, SHADER_TYPE: string, source: string) => ({ name, SHADER_TYPE, source, COMPILE_STATUS: true });
  const vertex = shader('', 'VERTEX_SHADER', 'void main() { gl_Position = vec4(0.0); }');
  const capture = {
    canvas: { width: 1 },
    commands: [
      { name: 'drawArrays', DrawCall: { shaders: [vertex, shader('sky', 'FRAGMENT_SHADER', FRAGMENT)] } },
      { name: 'drawElements', DrawCall: { shaders: [vertex, shader('sky', 'FRAGMENT_SHADER', FRAGMENT)] } },
    ],
  };
  expect(readSpectorCapture(JSON.stringify(capture)).map(s => [s.name, s.stage])).toEqual([
    ['shader 1 (captured)', 'vertex'],
    ['sky (captured)', 'fragment'],
  ]);
});

it('IncludedFiles finds a dropped file by name when the shader uses a path, and loads nothing', () => {
  const files = new IncludedFiles();
  files.add('noise.glsl', 'float n;');
  expect(files.file('lib/noise.glsl')).toBe('float n;');
  expect(files.load('#include "lib/noise.glsl"')).toBeUndefined();
  expect(files.chunk('common')).toBeUndefined();
});

it('lineCosts divides an instruction between its lines, multiplies by loop iterations, and sorts by cost', () => {
  const line = (text: string, slots: number, ...lines: number[]) => ({ text, slots, lines });
  const listing = [line('def c0', 0, 2), line('rep i0', 3, 3), line('add', 1, 4), line('mad', 2, 4, 5), line('endrep', 1)];
  const executed = { most: 0, loops: true, varies: false, times: [0, 1, 4, 4, 4] };
  expect(lineCosts({ listing, executed })).toEqual([
    { line: 4, slots: 8 },
    { line: 5, slots: 4 },
    { line: 3, slots: 3 },
  ]);
});
