import type { Stage } from '../permalink.ts';
import type { CatalogEntry } from './catalog.ts';
import { detectShaderStage } from './detect-shader-stage.ts';
import { readSpectorCapture } from './spector-capture.ts';

/** The content of files that were dropped on the page. */
export interface DroppedFiles {
  /** Shaders that have a `main`. */
  readonly shaders: readonly CatalogEntry[];
  /** Texts that shaders can include, by name. */
  readonly includes: readonly { readonly name: string; readonly text: string }[];
  /** The files that could not be read, one sentence each. */
  readonly problems: readonly string[];
}

/** The largest file that is read. Neither shaders nor usual captures are larger. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads dropped files: shaders, files for `#include`, and captures of Spector.js. */
export async function readDroppedFiles(files: readonly File[]): Promise<DroppedFiles> {
  const shaders: CatalogEntry[] = [];
  const includes: { name: string; text: string }[] = [];
  const problems: string[] = [];
  for (const file of files) {
    if (file.size > MAX_BYTES) {
      problems.push(`${file.name} is larger than 64 MiB.`);
      continue;
    }
    const text = await file.text();
    if (/\.json$/i.test(file.name)) {
      try {
        const captured = readSpectorCapture(text);
        if (captured.length === 0) problems.push(`${file.name} holds no shader.`);
        shaders.push(...captured);
      } catch {
        problems.push(`${file.name} is no JSON.`);
      }
      continue;
    }
    includes.push({ name: file.name, text });
    const stage = stageOfFile(file.name) ?? detectShaderStage(text);
    if (/\bvoid\s+main(Image)?\s*\(/.test(text)) shaders.push({ name: file.name, stage: stage ?? 'vertex', source: text });
  }
  return { shaders, includes, problems };
}

/** Returns the stage that a file name indicates: `sky.frag`, `sky.vs.glsl`. */
function stageOfFile(name: string): Stage | undefined {
  if (/\.(frag|fs|fsh|ps)(\.glsl)?$/i.test(name)) return 'fragment';
  if (/\.(vert|vs|vsh)(\.glsl)?$/i.test(name)) return 'vertex';
  return undefined;
}
