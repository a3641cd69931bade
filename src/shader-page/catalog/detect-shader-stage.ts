import type { Stage } from '../permalink.ts';

/**
 * Detects the stage of a source from the built-in outputs that it writes. `detectShaderStage('… gl_FragColor = c; …') //
 * 'fragment'`
 * @returns undefined where it writes neither stage's outputs, or both.
 */
export function detectShaderStage(source: string): Stage | undefined {
  const code = source.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/.*/g, '');
  const [vertex, fragment] = [/\bgl_Position\b/.test(code), /\bgl_Frag(Color|Data)\b|\bvoid\s+mainImage\s*\(/.test(code)];
  return vertex === fragment ? undefined : vertex ? 'vertex' : 'fragment';
}
