import type { Stage } from './permalink.ts';

/** A shader that the page offers. */
export interface CatalogEntry {
  /** As it stands in the list: `skinned.vert (4 weights, lit)`. */
  readonly name: string;
  readonly stage: Stage;
  readonly source: string;
}

/** The blog's index arithmetic, before and after its fix: what the page is for, in ten lines. */
const INDEX = (index: string) => `// Which rows of the palette belong to a vertex? The blog post that Foyer starts from
// found nine instructions here and made six of them.
attribute vec4 aPosition;
attribute vec4 vBoneIndices;
uniform vec4 uBones[204];
uniform mat4 uViewProjection;
void main() {
  ivec3 i = ivec3(${index}) * 3;
  vec4 p = aPosition;
  gl_Position = uViewProjection * vec4(dot(uBones[i.x], p), dot(uBones[i.y + 1], p), dot(uBones[i.z + 2], p), 1.0);
}
`;

/** Examples that every visitor understands, whatever shaders the project has. */
export const EXAMPLES: readonly CatalogEntry[] = [
  { name: 'palette index, as the blog found it', stage: 'vertex', source: INDEX('vBoneIndices.xyz') },
  { name: 'palette index, clamped to 0', stage: 'vertex', source: INDEX('max(vec3(0.0), vBoneIndices.xyz)') },
];

/**
 * Shader files as the list shows them.
 *
 * @param files - path -> text, as `import.meta.glob` gives it; `.vert` and `.frag` count, others are passed over.
 */
export function entriesOf(files: Readonly<Record<string, string>>): CatalogEntry[] {
  return Object.entries(files)
    .flatMap(([path, source]): CatalogEntry[] => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (name.endsWith('.vert')) return [{ name, stage: 'vertex', source }];
      if (name.endsWith('.frag')) return [{ name, stage: 'fragment', source }];
      return [];
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
