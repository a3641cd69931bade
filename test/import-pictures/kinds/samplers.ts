import { BoxGeometry, PlaneGeometry } from 'three';
import { checker, Maker, type Pixel, pixels } from './build.ts';
import { bind, chain, limb, sway } from './limb.ts';

const NEAREST = 9728;
const LINEAR = 9729;
const NEAREST_MIPMAP_NEAREST = 9984;
const LINEAR_MIPMAP_LINEAR = 9987;
const CLAMP = 33071;
const MIRROR = 33648;

type Texture = ReturnType<Maker['encoded']>;

/** A picture of any two sides. */
async function picture(m: Maker, width: number, height: number, pixel: Pixel): Promise<Texture> {
  return m.encoded(await pixels(width, height, pixel).png().toBuffer(), 'image/png');
}

/** A colour of its own for each pixel of a picture, some of them open. */
const noise =
  (width: number, height: number, hasHoles = false): Pixel =>
  (x, y) => {
    const mixed = Math.imul(Math.floor(x * width) * 73 + Math.floor(y * height) * 179 + 1, 0x9e3779b1) >>> 0;
    return [mixed & 255, (mixed >> 8) & 255, (mixed >> 16) & 255, hasHoles && mixed >>> 24 < 90 ? 0 : 255];
  };

/** Lines of black print. */
const print: Pixel = (x, y) => {
  const row = Math.floor(y * 24);
  return Math.sin(x * 170 + row * 7) > 0.2 && (y * 24) % 1 > 0.35 && (y * 24) % 1 < 0.85 ? [20, 20, 25] : [245, 240, 230];
};

/** Samplers and sides of pictures as editors of pixel art, scanners and architects write them. */
export const SAMPLERS: Readonly<Record<string, () => Promise<Maker>>> = {
  /** Each pixel is smaller than one of the screen. */
  async PixelsFarAway() {
    const m = new Maker();
    const material = m.textured(await picture(m, 128, 128, noise(128, 128)));
    material.getBaseColorTextureInfo()?.setMagFilter(NEAREST).setMinFilter(NEAREST);
    m.stand(m.primitive(new BoxGeometry(), material), { turn: [0, 25, 0] });
    return m;
  },

  /** A sprite of 20 x 13 pixels with holes. */
  async OddSprite() {
    const m = new Maker();
    const material = m
      .textured(await picture(m, 20, 13, noise(20, 13, true)))
      .setAlphaMode('MASK')
      .setDoubleSided(true);
    material.getBaseColorTextureInfo()?.setMagFilter(NEAREST).setMinFilter(NEAREST);
    for (const turn of [20, 110]) m.stand(m.primitive(new PlaneGeometry(), material), { turn: [0, turn, 0] });
    return m;
  },

  /** 1,000 x 600 pixels of print. */
  async OddPrint() {
    const m = new Maker();
    m.stand(m.primitive(new BoxGeometry(), m.textured(await picture(m, 1000, 600, print))), { turn: [0, 25, 0] });
    return m;
  },

  /** UVs that reach a little beyond the picture, on a figure, mirrored and clamped. */
  async OddBeyond() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    const material = m.textured(await picture(m, 200, 150, checker));
    material.getBaseColorTextureInfo()?.setMagFilter(LINEAR).setMinFilter(LINEAR_MIPMAP_LINEAR).setWrapS(MIRROR).setWrapT(CLAMP);
    const primitive = limb(m, 3, 0.9).setMaterial(material);
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    primitive.setAttribute('TEXCOORD_0', m.accessor(uv.map(x => x * 1.1 - 0.05), 'VEC2')); // biome-ignore format: one line
    bind(m, m.stand(primitive), joints);
    sway(m, joints);
    return m;
  },

  /** Blender's Closest on a floor: one pixel of a mip level. */
  async ClosestFloor() {
    const m = new Maker();
    const material = m.textured(await picture(m, 16, 16, noise(16, 16)));
    material.getBaseColorTextureInfo()?.setMagFilter(NEAREST).setMinFilter(NEAREST_MIPMAP_NEAREST);
    const primitive = m.primitive(new PlaneGeometry(4, 4), material);
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    m.stand(primitive.setAttribute('TEXCOORD_0', m.accessor(uv.map(x => x * 8), 'VEC2')), { turn: [-90, 0, 0] }); // biome-ignore format: one line
    return m;
  },

  /** A roof of many tiles. */
  async TiledRoof() {
    const m = new Maker();
    const tile: Pixel = (x, y) => (x < 0.06 || y < 0.06 ? [60, 60, 60] : [210, 200, 190]);
    const primitive = m.primitive(new PlaneGeometry(6, 6), m.textured(await picture(m, 128, 128, tile)));
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    m.stand(primitive.setAttribute('TEXCOORD_0', m.accessor(uv.map(x => x * 12), 'VEC2')), { turn: [-65, 0, 0] }); // biome-ignore format: one line
    return m;
  },

  /** A blended figure shows its far side through the near one. */
  async GhostFigure() {
    const m = new Maker();
    const joints = chain(m, undefined, 4, 0.3);
    const material = m
      .textured(await m.texture(128))
      .setAlphaMode('BLEND')
      .setDoubleSided(true);
    material.setBaseColorFactor([0.6, 0.9, 1, 0.7]);
    bind(m, m.stand(limb(m, 4, 1.2).setMaterial(material)), joints);
    sway(m, joints);
    return m;
  },
};
