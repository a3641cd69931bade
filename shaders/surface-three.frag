// After surface.frag, whose main is called `surface` here: for three's own renderer, which wants linear colours (sRGB's own curve taken off)
// where what it draws is not yet the picture on the screen: post-processing, mirrors.

uniform bool uLinear;

void main() {
  surface();
  if (!uLinear) return;
  vec3 c = gl_FragColor.rgb;
  gl_FragColor.rgb = mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c));
}
