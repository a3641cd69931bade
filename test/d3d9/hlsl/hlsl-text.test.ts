import { expect, it } from 'vitest';
import { hlslText } from '../../../src/d3d9/hlsl/hlsl-text.ts';

it('writes a vertex shader as ANGLE does: underscores names, transposes matrix products, clamps indices', () => {
  const source = `attribute vec4 aPosition; attribute float aJoint; uniform mat4 uView; uniform mat4 uBones[20];
void main() { gl_Position = uView * (uBones[int(aJoint)] * aPosition); }`;
  expect(hlslText(source, 'vertex')).toBe(`static float4 _aPosition;
static float _aJoint;
uniform float4x4 _uView;
uniform float4x4 _uBones[20];

void gl_main() {
  (gl_Position = mul(transpose(_uView), mul(transpose(_uBones[int(clamp(float(int(_aJoint)), 0.0, 19.0))]), _aPosition)));
}`);
});

it('renames built-in functions to their HLSL names, and keeps loops, branches and structs', () => {
  const source = `precision mediump float; struct Light { vec3 at; float power[2]; }; uniform Light uLight; uniform sampler2D uMap; varying vec2 vUv;
float lit(const in vec3 n) { if (any(lessThan(n, uLight.at))) return fract(n.x); else return mod(n.y, 2.0); }
void main() { vec4 c = texture2D(uMap, vUv); for (int i = 0; i < 2; i++) c.rgb *= mix(1.0, lit(c.rgb), uLight.power[i]); if (c.a < 0.5) discard; gl_FragColor = c; }`;
  const text = hlslText(source, 'fragment');
  for (const part of [
    'struct _Light {\n  float3 _at;\n  float _power[2];\n};',
    'float _lit(in float3 _n) {\n  if (any((_n < _uLight._at))) {\n    return frac(_n.x);\n  } else {\n    return mod_emu(_n.y, 2.0);\n  }\n}',
    'float4 _c = gl_texture2D(_uMap, _vUv);',
    'for (int _i = 0; (_i < 2); (_i++)) {\n    (_c.xyz *= lerp(1.0, _lit(_c.xyz), _uLight._power[_i]));\n  }',
    'discard;',
    '(gl_Color[0] = _c);',
  ])
    expect(text).toContain(part);
});
