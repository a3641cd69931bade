/** Shadertoy's form of shaders. */
import { addedRows, type Row } from './rows.ts';

// Shadertoy's inputs (https://www.shadertoy.com/howto) in GLSL ES 1.00.
const BEFORE = `precision highp float;
uniform vec3 iResolution;
uniform float iTime, iTimeDelta, iFrameRate, iSampleRate;
uniform int iFrame;
uniform vec4 iMouse, iDate;
uniform float iChannelTime[4];
uniform vec3 iChannelResolution[4];
uniform sampler2D iChannel0, iChannel1, iChannel2, iChannel3;
#define texture texture2D`;

const AFTER = 'void main() { mainImage(gl_FragColor, gl_FragCoord.xy); }';

/** True for a shader in Shadertoy's form: it has `mainImage` but no `main`. */
export const isShadertoy = (source: string): boolean =>
  /\bvoid\s+mainImage\s*\(/.test(source) && !/\bvoid\s+main\s*\(/.test(source);

/** Adds Shadertoy's inputs and a `main` that calls `mainImage`. `texture` becomes WebGL 1's `texture2D`. */
export const wrapShadertoy = (rows: readonly Row[]): Row[] => [...addedRows(BEFORE), ...rows, ...addedRows(AFTER)];
