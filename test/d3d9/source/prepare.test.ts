import { ShaderChunk } from 'three';
import { describe, expect, it } from 'vitest';
import { compileShader } from '../../../src/d3d9/index.ts';
import { formatShader } from '../../../src/d3d9/source/format.ts';
import { prepareSource } from '../../../src/d3d9/source/prepare.ts';
import { preprocessedText } from '../../../src/d3d9/source/preprocessed.ts';
import { readDefines, switchesOf, variantsOf, writeDefines } from '../../../src/d3d9/source/variants.ts';

const errorsOf = (source: string) => compileShader(source, { stage: 'fragment', target: 'ps_3_0' }).errors;

describe('prepareSource', () => {
  it('inserts nested included files and records the row of each line', () => {
    const files: Record<string, string> = { outer: '#include "inner"\nfloat b = a;', inner: 'float a = 1.0;' };
    const { text, rows } = prepareSource('precision mediump float;\n#include <outer>\nvoid main() { gl_FragColor = vec4(b); }', {
      stage: 'fragment',
      include: name => files[name],
    });
    expect(text.split('\n')).toEqual([
      'precision mediump float;',
      'float a = 1.0;',
      'float b = a;',
      'void main() { gl_FragColor = vec4(b); }',
    ]);
    expect(rows).toEqual([1, 2, 2, 3]);
    expect(errorsOf(text)).toEqual([]);
  });

  it('reports a missing or recursive include at its line', () => {
    const missing = prepareSource('\n#include <fog>\nvoid main() {}', { stage: 'fragment' });
    expect(errorsOf(missing.text)).toMatchObject([{ line: 2, message: expect.stringContaining('file fog was not found') }]);
    const circle = prepareSource('#include "a"', { stage: 'fragment', include: () => '#include "a"' });
    expect(errorsOf(circle.text)[0].message).toContain('a includes itself');
  });

  it("gives Shadertoy's mainImage a main and its inputs", () => {
    const { text, rows, notes } = prepareSource(
      'void mainImage(out vec4 c, in vec2 p) {\n  c = texture(iChannel0, p / iResolution.xy) * sin(iTime);\n}',
      { stage: 'fragment' },
    );
    expect(errorsOf(text)).toEqual([]);
    expect(rows.indexOf(2)).toBe(text.split('\n').findIndex(line => line.includes('iTime);')));
    expect(notes).toHaveLength(1);
  });

  it("adds the declarations of three's ShaderMaterial unless the shader has its own", () => {
    const stage = 'vertex';
    const vertex = (text: string) => compileShader(text, { stage, target: 'vs_2_0' }).errors;
    const main = 'void main() { gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }';
    expect(vertex(prepareSource(main, { stage }).text)).toEqual([]);
    const own = `uniform mat4 projectionMatrix, modelViewMatrix;\nattribute vec3 position;\n${main}`;
    expect(prepareSource(own, { stage }).text).toBe(own);
  });

  it("compiles with three's own chunks", () => {
    const source = `#include <common>
#include <packing>
#include <fog_pars_fragment>
uniform sampler2D map;
varying vec2 vUv;
void main() {
  gl_FragColor = packDepthToRGBA(texture2D(map, vUv).x);
  #include <fog_fragment>
}`;
    const chunks = ShaderChunk as unknown as Readonly<Record<string, string>>;
    const { text } = prepareSource(source, { stage: 'fragment', defines: { USE_FOG: '' }, chunk: name => chunks[name] });
    expect(errorsOf(text)).toEqual([]);
  });

  it('inserts defines after #version and #extension', () => {
    const { text } = prepareSource('#version 100\n#extension GL_OES_standard_derivatives : enable\nvoid main() {}', {
      stage: 'fragment',
      defines: { LIT: '', N: '4' },
    });
    expect(text.split('\n').slice(2, 4)).toEqual(['#define LIT', '#define N 4']);
  });
});

describe('variants', () => {
  it("finds the switches of a shader's conditions", () => {
    const source =
      '#define OWN\n#ifdef LIT\n#elif defined(FOG) && SKIN > 2 // NOT\n#endif\n#ifdef OWN\n#endif\n#ifdef GL_ES\n#endif';
    expect(switchesOf(source)).toEqual(['LIT', 'FOG', 'SKIN']);
  });

  it('makes every combination with the given values', () => {
    expect(variantsOf(['LIT', 'SKIN'], { SKIN: '4', MAP: '' }).map(writeDefines)).toEqual([
      'MAP',
      'LIT=1 MAP',
      'SKIN=4 MAP',
      'LIT=1 SKIN=4 MAP',
    ]);
  });

  it('reads the defines that it writes, and quotes invalid ones', () => {
    expect(readDefines(' LIT, SKIN=4\nMAP')).toEqual({ LIT: '', SKIN: '4', MAP: '' });
    expect(() => readDefines('LIT 4x')).toThrow('got "4x"');
  });
});

it('preprocessedText expands macros, decides conditions and removes comments', () => {
  expect(preprocessedText('#define TWICE(x) (x + x)\n#if 0\nfloat no;\n#endif\n  float a = TWICE(b); // c')).toBe(
    '  float a = (b + b);',
  );
});

describe('formatShader', () => {
  it('lays out a minified shader', () => {
    const minified =
      'precision mediump float;struct L{vec3 p;}l;varying vec2 v;/* uv */void main(){for(int i=0;i<4;++i){if(v.x>-1.)discard;else gl_FragColor=vec4(-v,1.e-3*v);}}';
    expect(formatShader(minified)).toMatchInlineSnapshot(`
      "precision mediump float;
      struct L {
        vec3 p;
      } l;
      varying vec2 v; /* uv */
      void main() {
        for (int i = 0; i < 4; ++i) {
          if (v.x > -1.) discard;
          else gl_FragColor = vec4(-v, 1.e-3 * v);
        }
      }
      "
    `);
  });

  it('changes no token, and formatting twice changes nothing more', () => {
    const source =
      '#define Q(x) \\\n  (x)\n#ifdef A\nfloat f(const in vec2 b){return b.x>0.?-b.x:+b.y;}\n#endif\n\n// c\nvoid main(){}';
    const once = formatShader(source);
    expect(once.replace(/\s+/g, '')).toBe(source.replace(/\s+/g, ''));
    expect(formatShader(once)).toBe(once);
  });
});
