import { deflateSync } from 'node:zlib';
import { encodeToKTX2 } from 'ktx2-encoder';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Gltf, png, readBytes } from './build.ts';

const uvs = (gltf: Gltf, ...values: number[]) => ({ TEXCOORD_0: gltf.floats('VEC2', ...values) });

/** A triangle with the picture on it. */
function painted(picture: Uint8Array, mimeType = 'image/png', info: Record<string, unknown> = {}): Gltf {
  const gltf = new Gltf();
  const attributes = { ...uvs(gltf, 0, 0, 1, 0, 0, 1), TEXCOORD_1: gltf.floats('VEC2', 0.5, 0.5, 0.25, 0, 0, 0.75) };
  gltf.add('nodes', { mesh: gltf.mesh({ attributes, material: gltf.painted(picture, mimeType, info) }) });
  return gltf;
}

/** Colour at the middle of each quarter: red, green, blue, white from the left top. */
async function quarters(gltf: Gltf): Promise<number[][]> {
  const [{ width, height, rgba }] = (await gltf.product()).textures;
  return [0.25, 0.75].flatMap(y =>
    [0.25, 0.75].map(x => {
      const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
      return [...rgba.subarray(at, at + 4)].map(v => Math.round(v / 51) / 5);
    }),
  );
}
const SIDE = 16;
const COLOURS = [
  [1, 0, 0, 1],
  [0, 1, 0, 1],
  [0, 0, 1, 1],
  [1, 1, 1, 1],
];
const raw = Buffer.from(
  Array.from({ length: SIDE * SIDE }, (_, i) =>
    COLOURS[Number(i % SIDE >= SIDE / 2) + 2 * Number(i >= (SIDE * SIDE) / 2)].map(v => v * 255),
  ).flat(),
);
const image = () => sharp(raw, { raw: { width: SIDE, height: SIDE, channels: 4 } });
const ktx2 = async (isUASTC: boolean) =>
  new Uint8Array(
    await encodeToKTX2(new Uint8Array(raw), {
      isUASTC,
      generateMipmap: true,
      isKTX2File: true,
      imageDecoder: async () => ({ width: SIDE, height: SIDE, data: new Uint8Array(raw) }),
    }),
  );

describe('pictures', () => {
  it.each([
    ['PNG', 'image/png', async () => image().png().toBuffer()],
    ['PNG of a palette', 'image/png', async () => image().png({ palette: true }).toBuffer()],
    ['PNG of 16 bits', 'image/png', async () => image().toColourspace('rgb16').png().toBuffer()],
    ['JPEG', 'image/jpeg', async () => image().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()],
    ['JPEG with a wrong type', 'image/png', async () => image().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()],
  ])('%s', async (_, type, encode) => {
    expect(await quarters(painted(new Uint8Array(await encode()), type))).toEqual(COLOURS);
  });

  it('may be grey PNGs with alpha', async () => {
    const gray = await sharp(Buffer.of(0, 255, 255, 128), { raw: { width: 2, height: 1, channels: 2 } })
      .png()
      .toBuffer();
    const gltf = painted(new Uint8Array(gray));
    Object.assign(gltf.json.materials[0], { alphaMode: 'BLEND' });
    const [{ rgba }] = (await gltf.product()).textures;
    expect([...rgba]).toEqual([0, 0, 0, 255, 255, 255, 255, 128]);
  });

  it.each([
    ['EXT_texture_webp', 'image/webp', async () => new Uint8Array(await image().webp({ lossless: true }).toBuffer())],
    [
      'EXT_texture_avif',
      'image/avif',
      async () => new Uint8Array(await image().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer()),
    ],
    ['KHR_texture_basisu', 'image/ktx2', () => ktx2(false)],
    ['KHR_texture_basisu', 'image/ktx2', () => ktx2(true)],
  ])('%s', async (extension, type, encode) => {
    const gltf = painted(await encode(), type).use(extension, true);
    const [texture] = gltf.json.textures;
    gltf.json.textures[0] = { extensions: { [extension]: { source: texture.source } } };
    expect(await quarters(gltf)).toEqual(COLOURS);
  });

  it('may be loose files with escaped names', async () => {
    const gltf = painted(png(4, 4));
    gltf.json.images[0] = { uri: 'my%20skin.png' };
    const { product } = await readBytes(gltf.bytes(), 'model.gltf', { 'my skin.png': png(4, 4) });
    expect(product?.textures[0]).toMatchObject({ slot: 'painted', width: 4 });
  });

  it('may be data: URIs', async () => {
    const gltf = painted(png(4, 4));
    gltf.json.images[0] = { uri: `data:image/png;base64,${Buffer.from(png(4, 4)).toString('base64')}` };
    expect((await gltf.product()).textures[0]).toMatchObject({ slot: 'painted', width: 4 });
  });

  it('may be large TGAs whose alpha does not count', async () => {
    const tga = new Uint8Array(18 + 2600 * 4);
    // Uncompressed, 2600 x 1 pixels of 32 bits with 8 of alpha.
    tga.set([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2600 & 255, 2600 >> 8, 1, 0, 32, 8]);
    for (let x = 0; x < 2600; x++) tga.set([0, 0, x < 1300 ? 200 : 255, 0], 18 + x * 4);
    const gltf = painted(png(4, 4));
    gltf.json.images[0] = { uri: 'a.tga' };
    const { product } = await readBytes(gltf.bytes(), 'model.gltf', { 'a.tga': tga });
    expect(product?.textures[0]?.width).toBe(2048);
    expect(product?.textures[0]?.rgba[0]).toBeGreaterThan(190);
  });

  it('of more than a hundred million pixels in all shrink without the alpha of opaque ones', async () => {
    const clear = Buffer.alloc(2048 * 2048 * 4, Buffer.of(200, 100, 50, 0));
    clear.fill(Buffer.of(100, 200, 50, 0), clear.length / 2);
    const raw = { width: 2048, height: 2048, channels: 4 } as const;
    const gltf = painted(new Uint8Array(await sharp(clear, { raw }).png({ compressionLevel: 1 }).toBuffer()));
    const [image] = gltf.json.images;
    for (let i = 0; i < 24; i++) gltf.add('textures', { source: gltf.add('images', { ...image }) });
    const { textures, warnings } = await gltf.product();
    expect(warnings.join()).toMatch(/its pictures have 105 million pixels: sides longer than 1024 are shrunk/);
    expect([textures[0]?.width, ...(textures[0]?.rgba.subarray(0, 4) ?? [])]).toEqual([1024, 200, 100, 50, 255]);
  });

  it.each([8, 2600])('shine whatever their alpha says, %i pixels wide', async width => {
    const clear = Buffer.from(Array.from({ length: width * 8 }, (_, i) => [0, i % 2 ? 255 : 200, 0, 0]).flat());
    const shining = await sharp(clear, { raw: { width, height: 8, channels: 4 } })
      .png()
      .toBuffer();
    const gltf = painted(png(16, 16));
    const source = gltf.add('images', { bufferView: gltf.view(new Uint8Array(shining)), mimeType: 'image/png' });
    const index = gltf.add('textures', { source });
    Object.assign(gltf.json.materials[0], { emissiveFactor: [1, 1, 1], emissiveTexture: { index } });
    const [{ rgba }] = (await gltf.product()).textures;
    expect(rgba[1]).toBeGreaterThan(150);
  });

  it('cause a warning where a texture has none', async () => {
    const gltf = painted(png(4, 4));
    gltf.json.textures[0] = { extensions: { MSFT_texture_dds: { source: 0 } } };
    expect((await gltf.product()).textures).toEqual([]);
    gltf.json.textures[0] = {};
    expect((await gltf.product()).warnings.join()).toMatch(/texture 0 has no picture/);
    gltf.json.textures[0] = { source: 3, sampler: gltf.add('samplers', { wrapS: 33071 }) };
    expect((await gltf.product()).warnings.join()).toMatch(/textures\[0\]\.source is left out.*texture 0 has no picture/);
  });
});

describe('UVs', () => {
  const read = async (info: Record<string, unknown>) => {
    const gltf = painted(png(4, 4), 'image/png', info);
    if (info.extensions) gltf.use('KHR_texture_transform');
    return [...((await gltf.product()).parts[0].uvs ?? [])].map(v => Math.round(v * 1e4) / 1e4 + 0);
  };

  it('use the set that the texture names', async () => {
    expect(await read({ texCoord: 1 })).toEqual([0.5, 0.5, 0.25, 0, 0, 0.75]);
  });

  it('apply KHR_texture_transform: scale, then rotate, then move, as in its specification', async () => {
    const [ox, oy, sx, sy, angle] = [0.1, 0.2, 2, 3, Math.PI / 6];
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    // translation * rotation * scale, with rotation [cos sin; -sin cos] in rows
    const expected = [0, 0, 1, 0, 0, 1].flatMap((_, i, uv) =>
      i % 2 ? [] : [ox + c * sx * uv[i] + s * sy * uv[i + 1], oy - s * sx * uv[i] + c * sy * uv[i + 1]],
    );
    expect(await read({ extensions: { KHR_texture_transform: { offset: [ox, oy], rotation: angle, scale: [sx, sy] } } })).toEqual(
      expected.map(v => Math.round(v * 1e4) / 1e4 + 0),
    );
  });

  it('prefer the texCoord of the transform to that of the texture', async () => {
    expect(await read({ texCoord: 0, extensions: { KHR_texture_transform: { texCoord: 1, offset: [1, 0] } } })).toEqual([
      1.5, 0.5, 1.25, 0, 1, 0.75,
    ]);
  });
});

describe('invalid pictures are left out', () => {
  const refuse = (picture: Uint8Array, message: RegExp, type = 'image/png') =>
    expect(painted(picture, type).product()).resolves.toMatchObject({ textures: [], warnings: [expect.stringMatching(message)] });
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    let crc = 0xffffffff;
    for (const byte of body) {
      crc ^= byte;
      for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    out.writeInt32BE(~crc, out.length - 4);
    return out;
  };

  it('a bomb: 60,000 x 60,000 pixels in a small file', async () => {
    const header = Buffer.from([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 1, 0, 0, 0, 0]);
    const body = deflateSync(Buffer.alloc(7501 * 100));
    const bomb = Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      chunk('IHDR', header),
      chunk('IDAT', body),
      chunk('IEND', Buffer.alloc(0)),
    ]);
    await refuse(new Uint8Array(bomb), /^image: a picture has 1 to 16384 pixels a side; drawn without it/);
  });

  it('SVG, which can refer to other files', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="file:///etc/passwd"/></svg>';
    await refuse(new TextEncoder().encode(svg), /^image: an SVG picture: convert it to PNG; drawn without it/, 'image/svg+xml');
  });

  it('a PNG that is truncated before its pixels', async () => {
    await refuse(png(40, 40).slice(0, 20), /^image: the PNG picture cannot be decoded/);
  });

  it.each([-40, -20, -12, -1])('a PNG that is truncated at %i is shown as far as possible', async at => {
    const { textures, warnings } = await painted(png(40, 40).slice(0, at)).product();
    expect(textures).toMatchObject([{ width: 40, height: 40 }]);
    expect(warnings).toEqual([expect.stringMatching(/^image: the picture is cut/)]);
  });

  it.each([0, 3])('but not a KTX2 of plain pixels, with scheme %i', async scheme => {
    const pixels = new Uint8Array(4 * 2 * 4).map((_, i) => (i % 4 === 3 ? 255 : i));
    const stored = scheme === 3 ? deflateSync(pixels) : pixels;
    const file = new Uint8Array(104 + stored.byteLength);
    const view = new DataView(file.buffer);
    file.set([0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a]);
    for (const [at, value] of [[12, 43], [20, 4], [24, 2], [40, 1], [44, scheme], [80, 104], [88, stored.byteLength]] as const) view.setUint32(at, value, true); // biome-ignore format: one line
    file.set(stored, 104);
    const { textures } = await painted(file, 'image/ktx2').use('KHR_texture_basisu').product();
    expect(textures).toMatchObject([{ width: 4, height: 2, rgba: pixels }]);
    await refuse(file.slice(0, -8), /KTX2 file is cut/);
  });

  it('a KTX2 that is truncated, too large or of another kind', async () => {
    const whole = await ktx2(false);
    const changed = (offset: number, value: number) => {
      const copy = whole.slice();
      new DataView(copy.buffer).setUint32(offset, value, true);
      return copy;
    };
    await refuse(whole.slice(0, 50), /KTX2 file is cut/);
    await refuse(whole.slice(0, whole.length - 40), /does not transcode/);
    await refuse(changed(20, 60_000), /1 to 8192 pixels a side/);
    await refuse(changed(12, 97), /only ETC1S, UASTC and plain RGBA of 8 bits are read; not this vkFormat/);
    await refuse(changed(12, 43), /bytes are expected in its first level|is cut|does not unpack|not this vkFormat/);
    // The transcoder is none the worse for it.
    expect(await quarters(painted(whole, 'image/ktx2').use('KHR_texture_basisu'))).toEqual(COLOURS);
  });
});
