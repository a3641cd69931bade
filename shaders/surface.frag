// The other half of surface.vert. All colours are encoded (sRGB-like): texture x light, no conversion a pixel.
//
//   MAP    multiply with the texture
//   LIGHTMAP  multiply with the light map
//   ALPHA  write opacity (blended surfaces)
//   MASK   drop the pixel where opacity is below uAlphaCutoff (ALPHA is set too)
//   FOG    mix in the fog's colour
//   SOLID  write opacity 1 where ALPHA is not set: needed where the page shows through the canvas, which LeanRenderer's does not

precision mediump float;

// Texture coordinates in the best precision there is: ten bits behind the point (mediump) are no texel of a floor that repeats its texture often.
#ifdef GL_FRAGMENT_PRECISION_HIGH
#define UV highp
#else
#define UV mediump
#endif
#ifdef MAP
uniform sampler2D map;
varying UV vec2 vUv;
#endif
#ifdef LIGHTMAP
uniform sampler2D lightMap;
varying UV vec2 vUv1;
#endif
#ifdef ALPHA
varying vec4 vLight;
#else
varying vec3 vLight;
#endif
#ifdef MASK
uniform float uAlphaCutoff;
#endif
#ifdef FOG
uniform vec3 uFogColor;
varying float vFog;
#endif

void main() {
#ifdef MAP
  vec4 c = texture2D(map, vUv);
#ifdef ALPHA
  c *= vLight;
#else
  c.rgb *= vLight;
#endif
#elif defined(ALPHA)
  vec4 c = vLight;
#else
  vec4 c = vec4(vLight, 1.0);
#endif
#ifdef LIGHTMAP
  c.rgb *= texture2D(lightMap, vUv1).rgb;
#endif
#if defined(SOLID) && !defined(ALPHA)
  c.a = 1.0;
#endif
#ifdef MASK
  if (c.a < uAlphaCutoff) discard;
#endif
#ifdef FOG
  c.rgb = mix(c.rgb, uFogColor, clamp(vFog, 0.0, 1.0));
#endif
  gl_FragColor = c;
}
