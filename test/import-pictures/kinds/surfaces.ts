import { KHRMaterialsEmissiveStrength, KHRMaterialsUnlit, KHRTextureTransform, type Transform } from '@gltf-transform/extensions';
import { BoxGeometry, PlaneGeometry, SphereGeometry } from 'three';
import { checker, Maker, type Pixel, pixels } from './build.ts';

/** Materials and textures, each after one of Khronos' sample models. */
export const SURFACES: Readonly<Record<string, () => Promise<Maker>>> = {
  async BoxTextured() {
    const m = new Maker();
    m.stand(m.primitive(new BoxGeometry(), m.textured(await m.texture(256))), { turn: [0, 30, 0] });
    return m;
  },

  async BoxTexturedNonPowerOfTwo() {
    const m = new Maker();
    m.stand(m.primitive(new BoxGeometry(), m.textured(await m.texture(211, undefined, 'jpeg', 150))));
    return m;
  },

  async BoxTexturedWebp() {
    const m = new Maker();
    const texture = await m.texture(128, undefined, 'webp');
    const { EXTTextureWebP } = await import('@gltf-transform/extensions');
    m.document.createExtension(EXTTextureWebP).setRequired(true);
    m.stand(m.primitive(new BoxGeometry(), m.textured(texture)));
    return m;
  },

  /** Two UV sets; the colour uses the second. */
  async MultiUv() {
    const m = new Maker();
    const material = m.textured(await m.texture(128));
    material.getBaseColorTextureInfo()?.setTexCoord(1);
    const primitive = m.primitive(new BoxGeometry(), material);
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    primitive.setAttribute(
      'TEXCOORD_1',
      m.accessor(
        uv.map((x, i) => (i % 2 ? 1 - x : x * 0.5)),
        'VEC2',
      ),
    );
    m.stand(primitive);
    return m;
  },

  /** Offset, rotation, scale and all three, in a row. */
  async TextureTransform() {
    const m = new Maker();
    const texture = await m.texture(128);
    const extension = m.document.createExtension(KHRTextureTransform);
    const changes: ((t: Transform) => Transform)[] = [
      t => t.setOffset([0.3, 0]),
      t => t.setOffset([0, 0.3]),
      t => t.setRotation(0.4),
      t => t.setScale([1.6, 0.7]),
      t => t.setOffset([-0.2, -0.1]).setRotation(0.3).setScale([1.5, 1.5]),
      t => t.setRotation(1).setScale([-1, 2]),
    ];
    changes.forEach((change, i) => {
      const material = m.textured(texture);
      material.getBaseColorTextureInfo()?.setExtension('KHR_texture_transform', change(extension.createTransform()));
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [(i % 3) * 1.1, Math.floor(i / 3) * 1.1, 0] });
    });
    return m;
  },

  /** The transform names another UV set than the texture. */
  async TextureTransformMultiUv() {
    const m = new Maker();
    const material = m.textured(await m.texture(128));
    const transform = m.document.createExtension(KHRTextureTransform).createTransform().setTexCoord(1).setScale([0.5, 2]);
    material.getBaseColorTextureInfo()?.setExtension('KHR_texture_transform', transform);
    const primitive = m.primitive(new PlaneGeometry(1, 1), material);
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    primitive.setAttribute(
      'TEXCOORD_1',
      m.accessor(
        uv.map(x => 1 - x),
        'VEC2',
      ),
    );
    m.stand(primitive);
    return m;
  },

  /** Clamped, mirrored and repeated, alike and mixed, UVs from -1 to 2. */
  async TextureSettings() {
    const m = new Maker();
    const texture = await m.texture(64);
    const modes = [10497, 33071, 33648] as const;
    for (const [column, s] of modes.entries())
      for (const [row, t] of modes.entries()) {
        const material = m.textured(texture);
        material.getBaseColorTextureInfo()?.setWrapS(s).setWrapT(t);
        const primitive = m.primitive(new PlaneGeometry(1, 1, 3, 3), material);
        const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
        const wide = uv.map(x => x * 3 - 1);
        m.stand(primitive.setAttribute('TEXCOORD_0', m.accessor(wide, 'VEC2')), { at: [column * 1.1, row * 1.1, 0] });
      }
    return m;
  },

  /** No filter: pixels stay square. */
  async NearestFilter() {
    const m = new Maker();
    const material = m.textured(await m.texture(8));
    material.getBaseColorTextureInfo()?.setMagFilter(9728).setMinFilter(9728);
    m.stand(m.primitive(new PlaneGeometry(1, 1), material));
    return m;
  },

  /** Opaque, blended, masked at three cutoffs; alpha from the texture, the factor and the vertex colour. */
  async AlphaBlendMode() {
    const m = new Maker();
    const texture = await m.texture(128, (x, y) => [220, 80 + 100 * x, 60, 255 * y]);
    const modes = [
      ['OPAQUE', 0.5],
      ['BLEND', 0.5],
      ['MASK', 0.25],
      ['MASK', 0.5],
      ['MASK', 0.75],
    ] as const;
    modes.forEach(([mode, cutoff], i) => {
      const material = m.textured(texture).setAlphaMode(mode).setAlphaCutoff(cutoff).setDoubleSided(true);
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [i * 1.1, 0, 0] });
      const faint = m.material([0.2, 0.5, 0.8, 0.6]).setAlphaMode(mode).setAlphaCutoff(cutoff);
      m.stand(m.primitive(new PlaneGeometry(1, 1), faint), { at: [i * 1.1, -1.1, 0] });
    });
    return m;
  },

  /** Bars of a cage, blended and double-sided, lit and unlit: the backs of the far side show between the fronts of the near one. */
  async BlendedBacks() {
    const m = new Maker();
    const bars = await m.texture(64, (x, y) => [220 * x, 90, 220 * y, Math.floor(x * 8) % 2 === 0 ? 255 : 0]);
    for (const unlit of [false, true]) {
      const material = m.textured(bars).setAlphaMode('BLEND').setDoubleSided(true);
      if (unlit) material.setExtension('KHR_materials_unlit', m.document.createExtension(KHRMaterialsUnlit).createUnlit());
      m.stand(m.primitive(new BoxGeometry(1, 1, 1), material), { at: [unlit ? 1.3 : 0, 0, 0] });
    }
    return m;
  },

  /** Glass one behind the other: the farthest is drawn first. */
  async BlendedRow() {
    const m = new Maker();
    for (let i = 0; i < 4; i++) {
      const glass = m.material([0.2 + 0.2 * i, 0.9 - 0.2 * i, 0.4, 0.5]).setAlphaMode('BLEND');
      m.stand(m.primitive(new PlaneGeometry(1, 1), glass), { at: [i * 0.3, 0, i * -0.4] });
    }
    m.stand(m.primitive(new BoxGeometry(0.5, 0.5, 0.5), m.material([0.8, 0.1, 0.1])), { at: [0.6, 0, -2] });
    return m;
  },

  async BoxVertexColors() {
    const m = new Maker();
    const geometry = new BoxGeometry();
    const box = (): ReturnType<Maker['primitive']> => m.primitive(geometry, m.material());
    const { count } = geometry.getAttribute('position');
    const value = (i: number, size: number): number => (i % size === 3 ? 1 : Math.abs(Math.sin(i * 1.7)));
    const colors = (size: number): number[] => Array.from({ length: count * size }, (_, i) => value(i, size));
    m.stand(box().setAttribute('COLOR_0', m.accessor(Float32Array.from(colors(3)), 'VEC3')));
    const bytes = Uint8Array.from(colors(4), x => Math.round(x * 255));
    m.stand(box().setAttribute('COLOR_0', m.accessor(bytes, 'VEC4', true)), { at: [1.4, 0, 0] });
    const shorts = Uint16Array.from(colors(4), x => Math.round(x * 65535));
    m.stand(box().setAttribute('COLOR_0', m.accessor(shorts, 'VEC4', true)), { at: [2.8, 0, 0] });
    return m;
  },

  /** The colour's own alpha blends. */
  async VertexAlpha() {
    const m = new Maker();
    const primitive = m.primitive(new PlaneGeometry(2, 2, 8, 8), m.material().setAlphaMode('BLEND'));
    const colors = Array.from({ length: 81 * 4 }, (_, i) => (i % 4 === 3 ? ((i >> 2) % 9) / 8 : 0.2 + 0.3 * (i % 4)));
    m.stand(primitive.setAttribute('COLOR_0', m.accessor(Float32Array.from(colors), 'VEC4')));
    m.stand(m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.7, 0.6, 0.1])), { at: [0, 0, -1] });
    return m;
  },

  async Unlit() {
    const m = new Maker();
    const unlit = m.document.createExtension(KHRMaterialsUnlit).createUnlit();
    [[1, 0.217, 0], [0, 0.217, 1]].forEach(([r, g, b], i) => {
      const material = m.material([r, g, b]).setExtension('KHR_materials_unlit', unlit);
      m.stand(m.primitive(new BoxGeometry(), material), { at: [i * 1.5, 0, 0] });
    }); // biome-ignore format: one line
    return m;
  },

  /** Light of its own on top of what falls on it. */
  async EmissiveStrength() {
    const m = new Maker();
    const extension = m.document.createExtension(KHRMaterialsEmissiveStrength);
    [0, 0.15, 0.3, 0.6].forEach((strength, i) => {
      const material = m.material([0.1, 0.1, 0.1]).setEmissiveFactor([1, 0.7, 0.3]);
      material.setExtension('KHR_materials_emissive_strength', extension.createEmissiveStrength().setEmissiveStrength(strength));
      m.stand(m.primitive(new SphereGeometry(0.5, 24, 16), material), { at: [i * 1.1, 0, 0] });
    });
    return m;
  },

  async EmissiveTexture() {
    const m = new Maker();
    const glow = await m.texture(128, (x, y) => (x > 0.3 && x < 0.7 && y > 0.3 && y < 0.7 ? [255, 200, 80] : [0, 0, 0]));
    const material = m
      .textured(await m.texture(128))
      .setEmissiveTexture(glow)
      .setEmissiveFactor([1, 1, 1]);
    material.setBaseColorFactor([0.4, 0.4, 0.4, 1]);
    m.stand(m.primitive(new BoxGeometry(), material));
    return m;
  },

  async TwoSidedPlane() {
    const m = new Maker();
    const texture = await m.texture(128);
    m.stand(m.primitive(new PlaneGeometry(1, 1), m.textured(texture).setDoubleSided(true)), { turn: [0, 160, 0] });
    m.stand(m.primitive(new PlaneGeometry(1, 1), m.textured(texture).setDoubleSided(true)), { at: [1.2, 0, 0] });
    return m;
  },

  /** Metal and roughness from 0 to 1: their base colours, since our surfaces have neither. */
  async MetalRoughSpheres() {
    const m = new Maker();
    for (let i = 0; i < 12; i++) {
      const material = m
        .material([0.9 - i * 0.06, 0.3 + i * 0.05, 0.2])
        .setMetallicFactor((i % 4) / 3)
        .setRoughnessFactor(i / 11);
      m.stand(m.primitive(new SphereGeometry(0.5, 32, 20), material), { at: [(i % 4) * 1.1, Math.floor(i / 4) * 1.1, 0] });
    }
    return m;
  },

  /** One material for a part with and a part without UVs; a texture where there are no UVs at all. */
  async TextureWithoutUvs() {
    const m = new Maker();
    const material = m.textured(await m.texture(64, () => [200, 120, 60]));
    const bare = m.primitive(new BoxGeometry(), material);
    bare.setAttribute('TEXCOORD_0', null);
    m.stand(m.primitive(new BoxGeometry(), material));
    m.stand(bare, { at: [1.4, 0, 0] });
    return m;
  },

  /** Sixteen bits, grey, and a palette with a clear colour. */
  async OddPngs() {
    const m = new Maker();
    const odd = [
      pixels(64, 64, checker).removeAlpha().toColourspace('rgb16').png(),
      pixels(64, 64, checker).removeAlpha().greyscale().png(),
      pixels(64, 64, (x, y) => [...checker(x, y).slice(0, 3), x > 0.5 ? 255 : 0] as [number, number, number, number]).png({
        palette: true,
        dither: 0,
      }),
      pixels(64, 64, checker).removeAlpha().png({ progressive: true }),
    ];
    for (const [i, image] of odd.entries()) {
      const material = m.textured(m.encoded(await image.toBuffer(), 'image/png')).setAlphaMode('MASK');
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [i * 1.1, 0, 0] });
    }
    return m;
  },

  /** A colour profile, which glTF says to ignore. */
  async ColourProfile() {
    const m = new Maker();
    const bytes = await pixels(128, 128, checker).removeAlpha().withIccProfile('p3').png().toBuffer();
    m.stand(m.primitive(new BoxGeometry(), m.textured(m.encoded(bytes, 'image/png'))));
    return m;
  },

  /** Colours where alpha is 0, on an opaque surface. */
  async OpaqueWithAlpha() {
    const m = new Maker();
    const noisy: Pixel = (x, y) => [128 + 100 * Math.sin(40 * x * y), 255 * y, 90 + 80 * Math.cos(30 * x), x > 0.5 ? 255 : 0];
    m.stand(m.primitive(new BoxGeometry(), m.textured(await m.texture(256, noisy))));
    return m;
  },

  /** A texture that repeats forty times. */
  async WideUvs() {
    const m = new Maker();
    const primitive = m.primitive(new PlaneGeometry(4, 4), m.textured(await m.texture(64)));
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    const wide = uv.map(x => x * 40 - 17.3);
    m.stand(primitive.setAttribute('TEXCOORD_0', m.accessor(wide, 'VEC2')), { turn: [-70, 0, 0] });
    return m;
  },

  /** Unlit by vertex colours, and masked by their alpha. */
  async VertexColorModes() {
    const m = new Maker();
    const unlit = m.document.createExtension(KHRMaterialsUnlit).createUnlit();
    const materials = [m.material([0.8, 1, 0.9]).setExtension('KHR_materials_unlit', unlit), m.material().setAlphaMode('MASK')];
    for (const [i, material] of materials.entries()) {
      const primitive = m.primitive(new PlaneGeometry(1, 1, 8, 8), material);
      const colors = Float32Array.from({ length: 81 * 4 }, (_, c) => (c % 4 === 3 ? ((c >> 2) % 9) / 8 : 0.3 + 0.2 * (c % 4)));
      m.stand(primitive.setAttribute('COLOR_0', m.accessor(colors, 'VEC4')), { at: [i * 1.1, 0, 0] });
    }
    return m;
  },

  /** Materials that differ in one thing only, one texture between them. */
  async SharedTexture() {
    const m = new Maker();
    const texture = await m.texture(128);
    const materials = [
      m.textured(texture),
      m.textured(texture).setBaseColorFactor([0.5, 0.9, 0.6, 1]),
      m.textured(texture).setDoubleSided(true),
      m.textured(texture).setAlphaMode('BLEND').setBaseColorFactor([1, 1, 1, 0.5]),
    ];
    for (const [i, material] of materials.entries())
      m.stand(m.primitive(new BoxGeometry(0.8, 0.8, 0.8), material), { at: [i, 0, 0], turn: [20, 30, 0] });
    return m;
  },

  /** Metal in patches, roughness, relief and occlusion, all as maps. */
  async PhysicallyBased() {
    const m = new Maker();
    const weave = (x: number, y: number): number => Math.sin(x * 60) * Math.sin(y * 60);
    const base = await m.texture(256, (x, y) => [150 + 60 * Math.sin(9 * x), 110 + 50 * Math.cos(7 * y), 80 + 20 * weave(x, y)]);
    const patches = await m.texture(256, (x, y) => [255, 90 + 80 * y, (x * 4) % 1 > 0.6 && (y * 4) % 1 > 0.6 ? 255 : 0]);
    const relief = await m.texture(256, (x, y) => [
      128 + 50 * Math.cos(x * 60) * Math.sin(y * 60),
      128 + 50 * Math.sin(x * 60) * Math.cos(y * 60),
      230,
    ]);
    const occlusion = await m.texture(256, (x, y) => [200 + 55 * weave(x, y), 0, 0]);
    const material = m.textured(base).setMetallicFactor(1).setRoughnessFactor(1).setMetallicRoughnessTexture(patches);
    material.setNormalTexture(relief).setOcclusionTexture(occlusion);
    m.stand(m.primitive(new SphereGeometry(0.6, 48, 32), material));
    m.stand(m.primitive(new BoxGeometry(), material), { at: [1.3, 0, 0], turn: [20, 30, 0] });
    return m;
  },
};
