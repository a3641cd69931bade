import type { CatalogEntry } from './catalog.ts';
import { detectShaderStage } from './detect-shader-stage.ts';

/** The most levels of a capture that are searched. Its shaders are about 8 deep. */
const MAX_DEPTH = 24;
const MAX_SHADERS = 2_000;

/**
 * Returns the shaders in a capture that Spector.js saved as JSON, without duplicates.
 * Spector writes each shader of a draw call's program with `source`, `SHADER_TYPE` and `name`. Any object with a shader's text
 * counts.
 *
 * @throws SyntaxError where the text is not JSON
 */
export function readSpectorCapture(json: string): CatalogEntry[] {
  const entries: CatalogEntry[] = [];
  const seen = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || entries.length >= MAX_SHADERS || typeof value !== 'object' || value === null) return;
    const fields = value as Record<string, unknown>;
    const source = [fields.source, fields.shaderSource].find(
      (s): s is string => typeof s === 'string' && /\bvoid\s+main\b/.test(s),
    );
    if (source !== undefined && !seen.has(source)) {
      seen.add(source);
      const type = String(fields.SHADER_TYPE ?? fields.shaderType ?? '');
      const stage = /FRAGMENT/.test(type) ? 'fragment' : /VERTEX/.test(type) ? 'vertex' : (detectShaderStage(source) ?? 'vertex');
      const given = typeof fields.name === 'string' && fields.name !== '' ? fields.name : `shader ${entries.length + 1}`;
      entries.push({ name: `${given} (captured)`, stage, source });
    }
    for (const inner of Object.values(fields)) visit(inner, depth + 1);
  };
  visit(JSON.parse(json), 0);
  return entries;
}
