import { KHRMaterialsUnlit } from '@gltf-transform/extensions';
import { SphereGeometry } from 'three';
import { Maker } from './build.ts';
import { bind } from './limb.ts';
import { body, bones, ordered, walk } from './person.ts';

type Primitive = ReturnType<Maker['primitive']>;

/** Gives each vertex a colour by its place. */
function colored(m: Maker, primitive: Primitive, color: (x: number, y: number) => readonly [number, number, number]): Primitive {
  const p = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
  const colors = Float32Array.from(p, (_, i) => color(p[i - (i % 3)], p[i - (i % 3) + 1])[i % 3]);
  return primitive.setAttribute('COLOR_0', m.accessor(colors, 'VEC3'));
}

/** A ball of squares, dark and bright. */
const squares = async (m: Maker): Promise<Primitive> =>
  m.primitive(
    new SphereGeometry(0.5, 32, 20),
    m.textured(await m.texture(128, (x, y) => ((Math.floor(x * 8) + Math.floor(y * 8)) % 2 ? [70, 60, 90] : [150, 160, 120]))),
  );

/** Colours of vertices that are no shares of the material's. */
export const COLOURS: Readonly<Record<string, () => Promise<Maker>>> = {
  /** Above 1, on a dark surface, a textured one, an unlit one. */
  async BrightVertices() {
    const m = new Maker();
    const unlit = m.document.createExtension(KHRMaterialsUnlit).createUnlit();
    const materials = [
      m.material([0.2, 0.2, 0.2]),
      m.textured(await m.texture(64)),
      m.material([0.3, 0.3, 0.3]).setExtension('KHR_materials_unlit', unlit),
    ];
    for (const [i, material] of materials.entries()) {
      const ball = m.primitive(new SphereGeometry(0.5, 32, 20), material);
      m.stand(
        colored(m, ball, (x, y) => [1.5 + x, i === 1 ? 1.4 : 2 + 2 * y, 1.2]),
        { at: [i * 1.1, 0, 0] },
      );
    }
    return m;
  },

  /** A figure that is brighter than its material. */
  async BrightFigure() {
    const m = new Maker();
    const joints = bones(m, undefined);
    const primitive = body(m).setMaterial(m.material([0.4, 0.4, 0.4]));
    bind(m, m.stand(colored(m, primitive, (_, y) => [1 + y / 2, 1.5, 2 - y])), ordered(joints));
    walk(m, joints);
    return m;
  },

  /** Emission is not dimmed by the colours of vertices: a little of it, and more than the surface sends on. */
  async GlowUnderVertices() {
    const m = new Maker();
    for (const [i, [base, light]] of ([[1, 0.3], [0.2, 0.7]] as const).entries()) {
      const material = m.material([base, base, base]).setEmissiveFactor([light, light / 2, 0]);
      const ball = m.primitive(new SphereGeometry(0.5, 32, 20), material);
      m.stand(colored(m, ball, (x, y) => [0.5 + x, 0.5 + y, 0.3]), { at: [i * 1.1, 0, 0] });
    } // biome-ignore format: one line
    return m;
  },

  /** Emission over a texture: colours of vertices leave it alone, and so does the light. */
  async GlowInTexture() {
    const m = new Maker();
    const [painted, plain] = [await squares(m), await squares(m)];
    for (const ball of [painted, plain]) ball.getMaterial()?.setEmissiveFactor([0.12, 0.05, 0.15]);
    m.stand(colored(m, painted, (x, y) => [0.5 + x, 0.5 + y, 0.3]));
    m.stand(plain, { at: [1.1, 0, 0] });
    return m;
  },
};
