import { expect, it } from 'vitest';
import { detectShaderStage } from '../../../src/shader-page/catalog/detect-shader-stage.ts';

it.each([
  ['void main() { gl_Position = p; }', 'vertex'],
  ['void main() { gl_FragData[0] = c; } // not gl_Position', 'fragment'],
  ['/* gl_FragColor */ void main() { gl_Position = p; } /* gl_FragColor', 'vertex'],
  ['gl_Position gl_FragColor', undefined],
  ['void main() { my_gl_Position = p; }', undefined],
  ['', undefined],
])('%s', (source, stage) => {
  expect(detectShaderStage(source)).toBe(stage);
});
