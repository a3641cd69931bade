/** The words of GLSL and the rules for names. */
import { ShaderError } from '../../shader-error.ts';
import type { Token } from '../preprocess/token.ts';
import { TYPE_NAMES } from '../type.ts';

/** The keywords of GLSL ES 1.00 except type names (section 3.6). */
const KEYWORDS =
  'attribute uniform varying const in out inout invariant precision lowp mediump highp struct true false if else for while do return break continue discard';

/** The reserved words of GLSL ES 1.00, and those that only ANGLE rejects (samplerExternalOES). */
const RESERVED =
  'asm class union enum typedef template this packed goto switch default inline noinline volatile public static extern external interface flat long short double half fixed unsigned superp input output hvec2 hvec3 hvec4 dvec2 dvec3 dvec4 fvec2 fvec3 fvec4 sampler1D sampler3D sampler1DShadow sampler2DShadow sampler2DRect sampler3DRect sampler2DRectShadow samplerExternalOES sizeof cast namespace using';

const WORDS = new Set(`${KEYWORDS} ${RESERVED}`.split(' '));

/** True for a word of the language, which cannot be a name. */
export function isWord(text: string): boolean {
  return WORDS.has(text) || TYPE_NAMES.has(text);
}

/** Checks a name where the shader declares it. @throws ShaderError for a name that GLSL or WebGL reserves. */
export function checkDeclared(name: Token): void {
  const prefix = ['gl_', 'webgl_', '_webgl_'].find(p => name.text.startsWith(p));
  if (prefix) throw new ShaderError(`'${name.text}': names that begin with ${prefix} are reserved`, name);
  if (name.text.includes('__')) throw new ShaderError(`'${name.text}': names with two underscores in a row are reserved`, name);
}
