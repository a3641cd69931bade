import type { Stage } from './permalink.ts';

/** A shader that the page offers. */
export interface CatalogEntry {
  /** As it stands in the list: `skinned.vert (4 weights, lit)`. */
  readonly name: string;
  readonly stage: Stage;
  readonly source: string;
}

/** The blog's index arithmetic, before and after its fix: what the page is for, in ten lines. */
const INDEX = (index: string) => `// Where does a vertex's joint stand in the palette? The blog post that Foyer starts from
// found nine instructions here and made six of them.
attribute vec4 vBoneIndices;
uniform vec4 uBones[3 * 68];
void main() {
  ivec3 i = ivec3(${index}) * 3;
  gl_Position = uBones[i.x];
}
`;

/** Examples that every visitor understands, whatever shaders the project has. */
export const EXAMPLES: readonly CatalogEntry[] = [
  { name: 'palette index, as the blog found it', stage: 'vertex', source: INDEX('vBoneIndices.xyz') },
  { name: 'palette index, clamped to 0', stage: 'vertex', source: INDEX('max(vec3(0.0), vBoneIndices.xyz)') },
];
