/** `#extension` directives. */
import { type Place, ShaderError } from '../../shader-error.ts';
import { type Token, unexpectedAfter } from './token.ts';

/** The GLSL extensions that WebGL 1 supports on Direct3D 9. */
export const EXTENSIONS = [
  'GL_OES_standard_derivatives',
  'GL_EXT_shader_texture_lod',
  'GL_EXT_frag_depth',
  'GL_EXT_draw_buffers',
];

/** ANGLE accepts the directive in WebGL too, although its type does not exist there. */
const EXTERNAL_IMAGES = 'GL_OES_EGL_image_external';

const BEHAVIORS = new Set(['require', 'enable', 'warn', 'disable']);

/**
 * Reads the tokens after `#extension` and updates the set of enabled extensions. ANGLE ignores unknown extensions, unless they
 * are required.
 *
 * @param late - true where code precedes the directive
 * @throws ShaderError
 */
export function readExtension(tokens: readonly Token[], enabled: Set<string>, place: Place, late: boolean): void {
  const [name, colon, behavior, extra] = tokens;
  if (name?.kind !== 'name') throw new ShaderError('#extension needs a name', name ?? place);
  if (colon?.text !== ':') throw new ShaderError("':' expected after the name of the extension", colon ?? place);
  if (!behavior || !BEHAVIORS.has(behavior.text))
    throw new ShaderError('#extension needs require, enable, warn or disable', behavior ?? place);
  if (extra) throw unexpectedAfter('#extension', extra);
  const on = behavior.text !== 'disable';
  if (late && !on) throw new ShaderError('#extension … : disable must come before any code', place);
  if (name.text === 'all') {
    if (behavior.text === 'require' || behavior.text === 'enable')
      throw new ShaderError(`'all' can only be warn or disable, not ${behavior.text}`, behavior);
    for (const e of EXTENSIONS) if (on) enabled.add(e);
    if (!on) enabled.clear();
    return;
  }
  if (!EXTENSIONS.includes(name.text)) {
    if (behavior.text === 'require' && name.text !== EXTERNAL_IMAGES)
      throw new ShaderError(`WebGL 1 does not have the extension '${name.text}'`, name);
  } else if (on) enabled.add(name.text);
  else enabled.delete(name.text);
}
