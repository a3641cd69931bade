// Every surface of a room. One text, compiled as the variants of src/render/surface-variant.ts; slot counts: docs/shaders.md.
//
//   LIT        hemisphere and sun, fitted by a function that is linear in the normal (src/render/lighting.ts)
//   COLOR      vertex colour, already encoded (value ^ (1 / 2.2)): baked light, ambient occlusion or paint
//   MAP        a texture (used by the fragment shader)
//   SCROLL     the texture moves over the surface: where it is now
//   LIGHTMAP   a second texture multiplies the light, by UVs of its own
//   ALPHA      opacity is wanted: masked and blended surfaces
//   SKIN n     n joints a vertex, 1..4; the joint matrices are three arrays of rows
//   UNEVEN     joints scale: normals are brought to length 1
//   JOINTS n   joints that the arrays hold, where the GPU has no room for 68 (128 uniforms: 37)
//   INSTANCED  the world matrix comes with the vertex, as three rows
//   FOG        linear fog by view depth

// Three numbers come from the buffer; OpenGL sets w to 1, and (x, y, z, 1) costs no instruction.
attribute vec4 position;
#ifdef LIT
attribute vec4 normal;
#endif
#ifdef COLOR
attribute vec4 color;
#endif
#ifdef MAP
attribute vec2 uv;
varying vec2 vUv;
#ifdef SCROLL
uniform vec2 uScroll;
#endif
#endif
#ifdef LIGHTMAP
attribute vec2 uv1;
varying vec2 vUv1;
#endif
#ifdef SKIN
attribute vec4 aJoints;
attribute vec4 aWeights;
#ifndef JOINTS
#define JOINTS 68
#endif
uniform vec4 uRow0[JOINTS];
uniform vec4 uRow1[JOINTS];
uniform vec4 uRow2[JOINTS];
#endif
#ifdef INSTANCED
attribute vec4 aRow0;
attribute vec4 aRow1;
attribute vec4 aRow2;
#endif

// [0..3] columns of the matrix from the attribute's (or the skin's, or the world's) space to clip space, z + w in place of z
// [4..6] red, green, blue of the light on the surface: what normal.x, .y, .z add, and what is there anyway (LIT)
// [7]    colour of the surface (not LIT), opacity
uniform vec4 uObject[8];

#ifdef ALPHA
varying vec4 vLight;
#else
varying vec3 vLight;
#endif
#ifdef FOG
// x: 1 / (far - near), y: -near / (far - near)
uniform vec4 uFogRange;
varying float vFog;
#endif

void main() {
#ifdef SKIN
  // max() tells Direct3D's compiler that the index is not negative: truncation then takes two instructions, not five. And
  // 0.5, not 0: it truncates to 0 as well, and is a constant that ANGLE's end of the shader needs anyway.
#if SKIN == 1
  int i = int(max(0.5, aJoints.x));
  vec4 row0 = uRow0[i];
  vec4 row1 = uRow1[i];
  vec4 row2 = uRow2[i];
#else
  ivec4 i = ivec4(max(vec4(0.5), aJoints));
#if SKIN == 2
  vec4 row0 = uRow0[i.x] * aWeights.x + uRow0[i.y] * aWeights.y;
  vec4 row1 = uRow1[i.x] * aWeights.x + uRow1[i.y] * aWeights.y;
  vec4 row2 = uRow2[i.x] * aWeights.x + uRow2[i.y] * aWeights.y;
#elif SKIN == 3
  vec4 row0 = uRow0[i.x] * aWeights.x + uRow0[i.y] * aWeights.y + uRow0[i.z] * aWeights.z;
  vec4 row1 = uRow1[i.x] * aWeights.x + uRow1[i.y] * aWeights.y + uRow1[i.z] * aWeights.z;
  vec4 row2 = uRow2[i.x] * aWeights.x + uRow2[i.y] * aWeights.y + uRow2[i.z] * aWeights.z;
#else
  vec4 row0 = uRow0[i.x] * aWeights.x + uRow0[i.y] * aWeights.y + uRow0[i.z] * aWeights.z + uRow0[i.w] * aWeights.w;
  vec4 row1 = uRow1[i.x] * aWeights.x + uRow1[i.y] * aWeights.y + uRow1[i.z] * aWeights.z + uRow1[i.w] * aWeights.w;
  vec4 row2 = uRow2[i.x] * aWeights.x + uRow2[i.y] * aWeights.y + uRow2[i.z] * aWeights.z + uRow2[i.w] * aWeights.w;
#endif
#endif
#endif
#ifdef INSTANCED
  vec4 row0 = aRow0;
  vec4 row1 = aRow1;
  vec4 row2 = aRow2;
#endif

#if defined(SKIN) || defined(INSTANCED)
  vec3 p = vec3(dot(row0, position), dot(row1, position), dot(row2, position));
#ifdef LIT
  vec4 n = vec4(dot(row0.xyz, normal.xyz), dot(row1.xyz, normal.xyz), dot(row2.xyz, normal.xyz), position.w);
#ifdef UNEVEN
  n.xyz = normalize(n.xyz);
#endif
#endif
#else
  vec3 p = position.xyz;
#ifdef LIT
  vec4 n = normal;
#endif
#endif

  // ANGLE ends with z = (z + w) / 2. The matrix brings z + w, we take w off, Direct3D's compiler cancels that: two slots less.
  vec4 q = uObject[0] * p.x + uObject[1] * p.y + uObject[2] * p.z + uObject[3];
  gl_Position = vec4(q.xy, q.z - q.w, q.w);

#ifdef LIT
  vec3 light = vec3(dot(n, uObject[4]), dot(n, uObject[5]), dot(n, uObject[6]));
#else
  vec3 light = uObject[7].rgb;
#endif
#ifdef COLOR
  light *= color.rgb;
#endif
#ifdef ALPHA
#ifdef COLOR
  vLight = vec4(light, uObject[7].a * color.a);
#else
  vLight = vec4(light, uObject[7].a);
#endif
#else
  vLight = light;
#endif

#ifdef MAP
#ifdef SCROLL
  vUv = uv + uScroll;
#else
  vUv = uv;
#endif
#endif
#ifdef LIGHTMAP
  vUv1 = uv1;
#endif
#ifdef FOG
  vFog = gl_Position.w * uFogRange.x + uFogRange.y;
#endif
}
