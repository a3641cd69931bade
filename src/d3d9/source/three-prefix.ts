/** The declarations that three.js adds to a ShaderMaterial's shaders. */
import type { Stage } from '../glsl/builtin-variables.ts';
import { includedNames } from './includes.ts';
import { addedRows, type Row } from './rows.ts';

// The part that small shaders need of what three.js prepends to a ShaderMaterial's shaders (its
// src/renderers/webgl/WebGLProgram.js).
const VERTEX = `uniform mat4 modelMatrix, modelViewMatrix, projectionMatrix, viewMatrix;
uniform mat3 normalMatrix;
uniform vec3 cameraPosition;
uniform bool isOrthographic;
attribute vec3 position, normal;
attribute vec2 uv;`;

const FRAGMENT = `uniform mat4 viewMatrix;
uniform vec3 cameraPosition;
uniform bool isOrthographic;`;

/** three replaces these names by the number of lights. */
const COUNTS =
  'DIR_LIGHTS SPOT_LIGHTS SPOT_LIGHT_MAPS SPOT_LIGHT_COORDS SPOT_LIGHT_SHADOWS_WITH_MAPS RECT_AREA_LIGHTS POINT_LIGHTS HEMI_LIGHTS DIR_LIGHT_SHADOWS SPOT_LIGHT_SHADOWS POINT_LIGHT_SHADOWS SUN_LIGHTS LIGHT_PROBE_GRIDS CLIPPING_PLANES'
    .split(' ')
    .map(name => `#define NUM_${name} 0`)
    .join('\n');

/** GLSL ES 3.00 functions that three's chunks call. Unused ones cost nothing. */
const LATER = `float modf(float x, out float whole) { whole = x < 0.0 ? ceil(x) : floor(x); return x - whole; }
mat3 transpose(mat3 m) { return mat3(m[0].x, m[1].x, m[2].x, m[0].y, m[1].y, m[2].y, m[0].z, m[1].z, m[2].z); }`;

const OWN_NAMES = /\b(projectionMatrix|modelViewMatrix|modelMatrix|viewMatrix|normalMatrix|cameraPosition)\b/;
const DECLARES =
  /\buniform\s+(?:(?:low|medium|high)p\s+)?(?:mat4|mat3|vec3)\s+[\w\s,]*\b(projectionMatrix|modelViewMatrix|modelMatrix|viewMatrix|normalMatrix|cameraPosition)\b/;

/** True for a shader written for three's ShaderMaterial: it uses three's uniforms or chunks without declaring the uniforms. */
export function needsThree(source: string, chunks: (name: string) => boolean): boolean {
  if (DECLARES.test(source)) return false;
  return OWN_NAMES.test(source) || includedNames(source).some(chunks);
}

/** Adds the declarations that three.js prepends to a ShaderMaterial's shader. */
export function addThreePrefix(rows: readonly Row[], stage: Stage): Row[] {
  const own = stage === 'vertex' ? VERTEX : FRAGMENT;
  return [...addedRows(`precision highp float;\nprecision highp int;\n${own}\n${LATER}\n${COUNTS}`), ...rows];
}
