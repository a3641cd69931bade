import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { encodeToKTX2 } from 'ktx2-encoder';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBasisTranscoder } from '../../../src/assets/textures/basis-transcoder.ts';
import { decodeKtx2 } from '../../../src/assets/textures/decode-ktx2.ts';
import { readKtx2Header } from '../../../src/assets/textures/ktx2-header.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { readTranscoderModule, transcoderModule } from '../../../vite.transcoder.ts';

const require = createRequire(import.meta.url);
const libs = require.resolve('three/examples/jsm/libs/basis/basis_transcoder.wasm').replace('.wasm', '');
const load = async () => {
  const wasm = readFileSync(`${libs}.wasm`);
  const module = await import(`data:text/javascript,${encodeURIComponent(readTranscoderModule())}`);
  return createBasisTranscoder(module.default, new Uint8Array(wasm).buffer);
};

/** Left half red, right half blue; alpha 255 or a ramp. */
async function ktx2(width: number, height: number, isUASTC: boolean, alpha: boolean, generateMipmap = true): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const left = i % width < width / 2;
    data.set([left ? 220 : 20, 30, left ? 20 : 220, alpha ? Math.floor((i / (width * height)) * 256) : 255], i * 4);
  }
  const imageDecoder = async () => ({ data, width, height });
  return new Uint8Array(await encodeToKTX2(data, { isUASTC, generateMipmap, isKTX2File: true, imageDecoder }));
}

/** RGB of the first colour of the first DXT1 block (565). */
function firstColour(block: Uint8Array): number[] {
  const c = block[0] | (block[1] << 8);
  return [((c >> 11) & 31) * 8, ((c >> 5) & 63) * 4, (c & 31) * 8];
}

const files: Record<string, Uint8Array> = {};
beforeAll(async () => {
  files.etc1s = await ktx2(32, 16, false, false);
  files.uastc = await ktx2(32, 16, true, false);
  files.alpha = await ktx2(16, 16, false, true);
  files.flat = await ktx2(16, 16, false, false, false);
  files.odd = await ktx2(20, 16, false, false);
});

describe('the transcoder', () => {
  it('makes no functions of strings: a strict content security policy lets it run', () => {
    const script = readTranscoderModule();
    expect(script).not.toMatch(/newFunc\(Function|new Function|\beval\(|createJsInvoker/);
    expect(script).toMatch(/export default BASIS;\n$/);
  });

  it('is not made of a script that was written otherwise', () => {
    expect(() => transcoderModule('var BASIS = 1;')).toThrow('basis_transcoder.js has changed');
  });
});

describe('decodeKtx2', () => {
  it.each(['etc1s', 'uastc'])('%s without alpha becomes DXT1 with all its levels', async name => {
    const texture = await decodeKtx2(files[name], 'wood.ktx2', load);
    expect(texture).toMatchObject({ kind: 'compressed', format: 'dxt1', width: 32, height: 16 });
    expect(texture.levels.map(l => l.byteLength)).toEqual([256, 64, 16, 8, 8, 8]);
    const [r, g, b] = firstColour(texture.levels[0]);
    expect(r).toBeGreaterThan(190);
    expect(g).toBeLessThan(60);
    expect(b).toBeLessThan(50);
  });

  it('with alpha becomes DXT5', async () => {
    const texture = await decodeKtx2(files.alpha, 'leaf.ktx2', load);
    expect(texture.format).toBe('dxt5');
    expect(texture.levels.map(l => l.byteLength)).toEqual([256, 64, 16, 16, 16]);
  });

  it('of what is larger than the GPU takes, the levels that it takes', async () => {
    const whole = await decodeKtx2(files.etc1s, 'wood.ktx2', load);
    const texture = await decodeKtx2(files.etc1s, 'wood.ktx2', load, 8);
    expect(texture).toMatchObject({ format: 'dxt1', width: 8, height: 4 });
    expect(texture.levels).toEqual(whole.levels.slice(2));
    await expect(decodeKtx2(files.etc1s, 'thin.ktx2', load, 4)).rejects.toThrow(
      'too narrow to be shrunk to 4, got [32,16]: thin.ktx2',
    );
  });

  it('refuses absurd sizes before anything is unpacked', () => {
    const bytes = files.etc1s.slice();
    const view = new DataView(bytes.buffer);
    const header = (width: number, height: number, levels: number) => {
      view.setUint32(20, width, true);
      view.setUint32(24, height, true);
      view.setUint32(40, levels, true);
      return () => readKtx2Header(bytes, 'a.ktx2', 8192);
    };
    expect(header(8192, 4096, 14)).toThrow('ends past');
    expect(header(16384, 4, 15)).toThrow('from 4 to 8192');
    expect(header(0, 0, 1)).toThrow('pixelWidth');
    expect(header(2 ** 31, 4, 32)).toThrow('pixelWidth');
    expect(header(32, 16, 2 ** 32 - 1)).toThrow('levelCount');
  });

  it.each([
    ['a file without mip levels', () => files.flat, 'levelCount'],
    ['sides that are no powers of two', () => files.odd, 'pixelWidth'],
    ['another format', () => new Uint8Array(100), 'no KTX 2.0 file'],
    ['a cut header', () => files.etc1s.subarray(0, 40), 'is cut'],
    ['a cut file', () => files.etc1s.subarray(0, files.etc1s.length - 9), 'ends past the file'],
  ])('refuses %s', async (_, bytes, words) => {
    await expect(decodeKtx2(bytes(), 'bad.ktx2', load)).rejects.toThrow(words);
    await expect(decodeKtx2(bytes(), 'bad.ktx2', load)).rejects.toThrow(FormatError);
  });

  it('tries again where the transcoder could not be loaded', async () => {
    const { decodeKtx2: fresh } = await import('../../../src/assets/textures/decode-ktx2.ts?fresh' as string);
    await expect(fresh(files.etc1s, 'a.ktx2', () => Promise.reject(new Error('offline')))).rejects.toThrow('offline');
    expect((await fresh(files.etc1s, 'a.ktx2', load)).format).toBe('dxt1');
  });

  it('starts the transcoder before it reads the file, so that one byte can start it before the first file arrives', async () => {
    const { decodeKtx2: fresh } = await import('../../../src/assets/textures/decode-ktx2.ts?started' as string);
    let starts = 0;
    const start = () => {
      starts++;
      return load();
    };
    await expect(fresh(new Uint8Array(1), 'none', start)).rejects.toThrow('no KTX 2.0 file');
    expect(starts).toBe(1);
    expect((await fresh(files.etc1s, 'a.ktx2', start)).format).toBe('dxt1');
    expect(starts).toBe(1);
  });

  it('any byte changed: a texture or a FormatError', async () => {
    const random = seededRandom(12);
    for (let round = 0; round < 80; round++) {
      const bytes = (round % 2 ? files.etc1s : files.uastc).slice();
      for (let n = 0; n < 2; n++) bytes[12 + Math.floor(random() * (bytes.length - 12))] = Math.floor(random() * 256);
      try {
        await decodeKtx2(bytes, 'fuzz.ktx2', load);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
  }, 30_000);
});
