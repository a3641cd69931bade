import { expect, it } from 'vitest';
import { counterpart } from '../../../src/shader-page/timing/counterpart.ts';

it('a fragment counterpart reads every varying, so the driver removes none', () => {
  const source = `
    varying vec2 vUv; // varying vec4 vGone;
    /* varying vec4 vGone2; */
    varying lowp float vFog, vShade;
    varying mat3 vBasis;
    varying vec4 vLights[3];
    void main() {}`;
  const half = counterpart('vertex', source);
  for (const read of ['vUv.xyxy', 'vec4(vFog)', 'vec4(vShade)', 'vBasis[2].xyzx', 'vLights[2]']) expect(half).toContain(read);
  expect(half).not.toContain('vGone');
});

it('a vertex counterpart writes every varying', () => {
  const half = counterpart(
    'fragment',
    'precision mediump float;\n#define N 2\nvarying vec3 vColor;\nvarying vec2 vUv[N];\nvoid main() { gl_FragColor = vec4(vColor, vUv[0].x); }',
  );
  expect(half).toContain('varying vec2 vUv[2];');
  expect(half).toMatch(/vColor = vec3\(/);
  expect(half).toContain('vUv[1] = ');
  expect(half).toContain('gl_Position');
});

it('a shader without varyings has a counterpart too', () => {
  expect(counterpart('vertex', 'void main() {}')).toContain('gl_FragColor = vec4(0.5);');
});
