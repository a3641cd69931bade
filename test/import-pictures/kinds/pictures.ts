import { crc32, deflateSync } from 'node:zlib';
import { KHRTextureBasisu } from '@gltf-transform/extensions';
import { encodeToKTX2 } from 'ktx2-encoder';
import sharp, { type Sharp } from 'sharp';
import { BoxGeometry, PlaneGeometry } from 'three';
import { checker, Maker, type Pixel, pixels } from './build.ts';
import { dataUri, editedGltf, type Files } from './files.ts';

/** Soft enough that JPEG's losses do not count, with a direction. */
const soft: Pixel = (x, y) => [70 + 150 * x, 60 + 120 * y, 200 - 120 * x * y];
const seeThrough: Pixel = (x, y) => [...soft(x, y).slice(0, 3), Math.hypot(x - 0.5, y - 0.5) < 0.35 ? 255 : 40] as never;

/** A box that shows these bytes, whatever they are. */
function shown(bytes: Uint8Array, mime = 'image/png', make: (m: Maker) => void = () => {}): Maker {
  const m = new Maker();
  make(m);
  const texture = m.document.createTexture().setImage(new Uint8Array(bytes)).setMimeType(mime);
  m.stand(m.primitive(new BoxGeometry(), m.textured(texture)), { turn: [0, 20, 0] });
  return m;
}

const raw = (pixel: Pixel, size = 128): Sharp => pixels(size, size, pixel);
const cmyk = (): Promise<Buffer> => raw(soft).removeAlpha().toColourspace('cmyk').jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(); // biome-ignore format: one line

/** Position of a JPEG's segment of this marker, its two bytes included. */
function segment(jpeg: Uint8Array, marker: number): number {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg[at + 2] * 256 + jpeg[at + 3]) if (jpeg[at + 1] === marker) return at;
  throw new Error(`no segment ${marker.toString(16)}`);
}

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** A PNG by hand. @param rows - each with its filter byte. */
function png(size: number, depth: number, type: number, rows: readonly Uint8Array[], ...extra: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([depth, type, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [signature, chunk('IHDR', head), ...extra, chunk('IDAT', deflateSync(Buffer.concat(rows)))];
  return Buffer.concat([...parts, chunk('IEND', new Uint8Array(0))]);
}

/** Rows of a PNG with one or more samples a pixel. */
function rows(size: number, samples: (x: number, y: number) => readonly number[]): Uint8Array[] {
  return Array.from({ length: size }, (_, y) =>
    Uint8Array.from([0, ...Array.from({ length: size }, (_, x) => samples((x + 0.5) / size, (y + 0.5) / size)).flat()]),
  );
}

async function basis(pixel: Pixel, isUASTC: boolean, blended: boolean): Promise<Maker> {
  const size = 128;
  const data = new Uint8Array(await raw(pixel, size).raw().toBuffer());
  const bytes = await encodeToKTX2(data, {
    isUASTC,
    generateMipmap: true,
    isPerceptual: true,
    isSetKTX2SRGBTransferFunc: true,
    isKTX2File: true,
    needSupercompression: isUASTC,
    imageDecoder: async () => ({ data, width: size, height: size }),
  });
  const made = shown(bytes, 'image/ktx2', m => m.document.createExtension(KHRTextureBasisu).setRequired(true));
  if (blended) made.document.getRoot().listMaterials()[0].setAlphaMode('BLEND').setDoubleSided(true);
  return made;
}

/** Two pictures one after another, of which the first is what glTF shows. */
const moving = (): Promise<Sharp> =>
  Promise.all([raw(soft).png().toBuffer(), raw(() => [255, 0, 0]).png().toBuffer()]).then(both => sharp(both, { join: { animated: true } })); // biome-ignore format: one line

/** Pictures as tools write them. */
export const PICTURES: Readonly<Record<string, () => Promise<Maker | Files>>> = {
  Etc1sAlpha: () => basis(seeThrough, false, true),
  UastcAlpha: () => basis(seeThrough, true, true),

  async JpegProgressive() {
    return shown(await raw(soft).removeAlpha().jpeg({ progressive: true, quality: 90 }).toBuffer(), 'image/jpeg');
  },

  async JpegCmyk() {
    return shown(await cmyk(), 'image/jpeg');
  },

  /** Adobe's marker says that the inks are stored as brightness and two differences. */
  async JpegYcck() {
    const jpeg = await cmyk();
    jpeg[segment(jpeg, 0xee) + 15] = 2;
    return shown(jpeg, 'image/jpeg');
  },

  /** Four inks without Adobe's marker: the inks are not turned round. */
  async JpegInksWithoutAdobe() {
    const jpeg = await cmyk();
    const at = segment(jpeg, 0xee);
    return shown(Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + 16)]), 'image/jpeg');
  },

  /** Adobe's marker says that three components are RGB. */
  async JpegRgb() {
    const jpeg = await raw(soft).removeAlpha().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
    const adobe = Buffer.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0]);
    return shown(Buffer.concat([jpeg.subarray(0, 2), adobe, jpeg.subarray(2)]), 'image/jpeg');
  },

  async WebpMoving() {
    return shown(await (await moving()).webp({ lossless: true, delay: [100, 100] }).toBuffer(), 'image/webp');
  },

  async GifMoving() {
    return shown(await (await moving()).gif({ delay: [100, 100] }).toBuffer(), 'image/gif');
  },

  /** An animated PNG whose second picture is red. */
  async Apng() {
    const still = await raw(soft).removeAlpha().png().toBuffer();
    const actl = chunk('acTL', Uint8Array.from([0, 0, 0, 2, 0, 0, 0, 0]));
    const fctl = (n: number): Buffer => chunk('fcTL', Uint8Array.from([0, 0, 0, n, 0, 0, 0, 128, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0])); // biome-ignore format: one line
    const red = deflateSync(Buffer.concat(rows(128, () => [255, 0, 0])));
    const second = chunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 2]), red]));
    const end = still.length - 12;
    const made = [still.subarray(0, 33), actl, fctl(0), still.subarray(33, end), fctl(1), second, still.subarray(end)];
    return shown(Buffer.concat(made));
  },

  /** Four shades of a palette in two bits, one of them clear; grey with alpha; grey with a clear shade. */
  async PngTransparencies() {
    const m = new Maker();
    const shade = (x: number, y: number): number => (Math.floor(x * 4) + Math.floor(y * 4)) % 4;
    const size = 64;
    const packed = Array.from({ length: size }, (_, y) =>
      Uint8Array.from([
        0,
        ...Array.from({ length: size / 4 }, (_, byte) =>
          [0, 1, 2, 3].reduce((bits, k) => (bits << 2) | shade((byte * 4 + k) / size, y / size), 0),
        ),
      ]),
    );
    const palette = chunk('PLTE', Uint8Array.from([200, 60, 40, 40, 160, 60, 60, 80, 220, 230, 220, 90]));
    const list = [
      png(size, 2, 3, packed, palette, chunk('tRNS', Uint8Array.from([255, 0, 255]))),
      png(
        size,
        8,
        4,
        rows(size, (x, y) => [255 * x, 255 * y]),
      ),
      png(
        size,
        8,
        0,
        rows(size, (x, y) => [shade(x, y) * 60 + 40]),
        chunk('tRNS', Uint8Array.from([0, 100])),
      ),
    ];
    for (const [i, bytes] of list.entries()) {
      const material = m.textured(m.encoded(bytes, 'image/png')).setAlphaMode('BLEND');
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [i * 1.1, 0, 0] });
    }
    return m;
  },

  /** 16 bits with a clear colour, and with alpha. */
  async PngSixteenBits() {
    const m = new Maker();
    const wide = (v: number): readonly number[] => [Math.floor(v * 255), Math.floor(v * 65535) & 255];
    const rgb = (x: number, y: number): readonly number[] => [wide(x), wide(y), wide(0.4)].flat();
    const list = [
      png(64, 16, 2, rows(64, rgb)),
      png(
        64,
        16,
        6,
        rows(64, (x, y) => [...rgb(x, y), ...wide(Math.round(x * 4) / 4)]),
      ),
    ];
    for (const [i, bytes] of list.entries()) {
      const material = m.textured(m.encoded(bytes, 'image/png')).setAlphaMode('BLEND');
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [i * 1.1, 0, 0] });
    }
    return m;
  },

  /** A brightness curve, which browsers apply. */
  async PngGamma() {
    const still = await raw(soft).removeAlpha().png().toBuffer();
    const gamma = Buffer.alloc(4);
    gamma.writeUInt32BE(100000, 0);
    return shown(Buffer.concat([still.subarray(0, 33), chunk('gAMA', gamma), still.subarray(33)]));
  },

  /** AVIF by its extension, with nothing beside it. */
  async Avif() {
    const bytes = await raw(soft).removeAlpha().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
    const m = shown(await raw(soft).png().toBuffer());
    return editedGltf('Avif', m, json => {
      json.images = [{ uri: dataUri(bytes, 'image/avif') }];
      json.textures = [{ extensions: { EXT_texture_avif: { source: 0 } } }];
      json.extensionsUsed = json.extensionsRequired = ['EXT_texture_avif'];
    });
  },

  /** WebP with a PNG for those who do not read it: three.js takes the WebP. */
  async WebpWithFallback() {
    const webp = await raw(checker).webp({ lossless: true }).toBuffer();
    const m = shown(await raw(checker).png().toBuffer());
    return editedGltf('WebpWithFallback', m, json => {
      json.images?.push({ uri: dataUri(webp, 'image/webp') });
      json.textures = [{ source: 0, extensions: { EXT_texture_webp: { source: 1 } } }];
      json.extensionsUsed = ['EXT_texture_webp'];
    });
  },

  /** Media types that say something else, or nothing, or more. */
  async OddMediaTypes() {
    const m = new Maker();
    const bytes = await Promise.all([raw(soft).png().toBuffer(), raw(soft).removeAlpha().jpeg({ quality: 95 }).toBuffer()]);
    for (let i = 0; i < 4; i++) {
      const material = m.textured(m.encoded(bytes[i % 2], 'image/png'));
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [i * 1.1, 0, 0] });
    }
    return editedGltf('OddMediaTypes', m, json => {
      const types = ['application/octet-stream', 'image/png', 'image/png;charset=utf-8', ''];
      json.images = types.map((type, i) => ({ uri: dataUri(bytes[i % 2], type), mimeType: 'image/png' }));
    });
  },

  /** Square pixels, of which there are no power of two a side. */
  async PixelArt() {
    const art: Pixel = (x, y) => [((Math.floor(x * 48) * 37 + Math.floor(y * 48) * 91) % 5) * 50, 200 * x, 200 * y];
    const m = new Maker();
    const material = m.textured(m.encoded(await pixels(48, 48, art).png().toBuffer(), 'image/png'));
    material.getBaseColorTextureInfo()?.setMagFilter(9728).setMinFilter(9728);
    m.stand(m.primitive(new BoxGeometry(), material), { turn: [0, 20, 0] });
    return m;
  },

  /** 3 x 5, 7 x 1 and 40 x 24 pixels: square ones, a gradient, print. */
  async FewPixels() {
    const art: Pixel = (x, y) => [(Math.floor(x * 280) * 37) % 200, (Math.floor(y * 120) * 91) % 220, 90];
    const m = new Maker();
    for (const [i, [width, height]] of ([[3, 5], [7, 1], [40, 24]] as const).entries()) {
      const material = m.textured(m.encoded(await pixels(width, height, art).png().toBuffer(), 'image/png'));
      if (i === 0) material.getBaseColorTextureInfo()?.setMagFilter(9728).setMinFilter(9728);
      m.stand(m.primitive(new BoxGeometry(), material), { at: [i * 1.6, 0, 0], turn: [0, 20, 0] });
    } // biome-ignore format: one line
    return m;
  },

  /** One side is a power of two, the other is not. */
  async NarrowTexture() {
    return shown(await pixels(64, 48, checker).png().toBuffer());
  },

  /** UVs with four numbers, as Tilt Brush writes them. */
  async WideUvVectors() {
    const m = new Maker();
    const primitive = m.primitive(new BoxGeometry(), m.textured(await m.texture(64)));
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    const wide = Float32Array.from({ length: uv.length * 2 }, (_, i) => (i % 4 < 2 ? uv[(i >> 2) * 2 + (i % 4)] : 0.3));
    m.stand(primitive.setAttribute('TEXCOORD_0', m.accessor(wide, 'VEC4')), { turn: [0, 20, 0] });
    return m;
  },
};
