/** The example shaders of the page. */
import type { Stage } from '../permalink.ts';

/** A shader in the page's list. */
export interface CatalogEntry {
  /** The name in the list: `skinned.vert (4 weights, lit)`. */
  readonly name: string;
  readonly stage: Stage;
  readonly source: string;
}

/** The blog's index arithmetic, before and after its fix: it shows the purpose of the page in ten lines. */
const INDEX = (index: string) => `// Where does a vertex's joint stand in the palette? The blog post that Foyer starts from
// found nine instructions here and made six of them.
attribute vec4 vBoneIndices;
uniform vec4 uBones[3 * 68];
void main() {
  ivec3 i = ivec3(${index}) * 3;
  gl_Position = uBones[i.x];
}
`;

/** A blur with two switches, in which one line causes most of the cost. */
const BLUR = `// A blur along one axis. Which line costs most? What does each switch add?
precision mediump float;
uniform sampler2D uImage;
uniform vec2 uTexel;
varying vec2 vUv;

void main() {
  vec4 sum = vec4(0.0);
  for (int i = -4; i <= 4; i++) {
    float weight = exp(-float(i * i) / 8.0);
    sum += texture2D(uImage, vUv + uTexel * float(i)) * weight;
  }
  gl_FragColor = sum / 5.0;
#ifdef VIGNETTE
  gl_FragColor.rgb *= 1.0 - dot(vUv - 0.5, vUv - 0.5);
#endif
#ifdef GAMMA
  gl_FragColor.rgb = pow(gl_FragColor.rgb, vec3(1.0 / 2.2));
#endif
}
`;

/** Waves that need more arithmetic than ps_2_0 has. */
const WAVES = `// Twelve waves: too much for ps_2_0, which has 64 arithmetic slots. How many fit?
precision mediump float;
#define WAVES 12
uniform float uTime;
varying vec2 vUv;

void main() {
  float height = 0.0;
  for (int i = 0; i < WAVES; i++) {
    vec2 direction = vec2(cos(float(i)), sin(float(i)));
    height += sin(dot(vUv, direction) * 20.0 + uTime * float(i));
  }
  gl_FragColor = vec4(vec3(0.1, 0.3, 0.5) + 0.04 * height, 1.0);
}
`;

/** Examples for every visitor, independent of the project's shaders. */
export const EXAMPLES: readonly CatalogEntry[] = [
  { name: 'palette index, as the blog found it', stage: 'vertex', source: INDEX('vBoneIndices.xyz') },
  { name: 'palette index, clamped to 0', stage: 'vertex', source: INDEX('max(vec3(0.0), vBoneIndices.xyz)') },
  { name: 'blur of nine reads', stage: 'fragment', source: BLUR },
  { name: 'waves, too long for ps_2_0', stage: 'fragment', source: WAVES },
];
