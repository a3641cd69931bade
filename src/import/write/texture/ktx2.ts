/** Encodes KTX2 with Basis Universal. */

import type { encodeToKTX2 } from 'ktx2-encoder';

/** Encodes the pixels and their mip levels: as UASTC where they are `hard`, else as ETC1S. */
export async function ktx2(rgba: Uint8Array, width: number, height: number, hard: boolean): Promise<Uint8Array> {
  const quality = hard
    ? { isUASTC: true, uastcLDRQualityLevel: 1, needSupercompression: true, enableRDO: true }
    : { isUASTC: false, qualityLevel: 160, compressionLevel: 1 };
  encoder ??= startEncoder();
  return (await encoder).encode(rgba, {
    ...quality,
    generateMipmap: true,
    isPerceptual: true,
    isSetKTX2SRGBTransferFunc: true,
    isKTX2File: true,
    imageDecoder: async data => ({ data, width, height }),
  });
}

interface BasisEncoder {
  init(): Promise<unknown>;
  readonly encode: typeof encodeToKTX2;
}

let encoder: Promise<BasisEncoder> | undefined;

/**
 * Starts the encoder. It is C++ that logs through the `console.log` that it finds at start, but standard output is for the
 * report. So it gets a `console.log` that is silent once the encoder has started.
 */
async function startEncoder(): Promise<BasisEncoder> {
  // In Node the package also exports this class; its types describe the web version.
  const { NodeBasisEncoder } = (await import('ktx2-encoder')) as unknown as { NodeBasisEncoder: new () => BasisEncoder };
  const { log } = console;
  let started = false;
  console.log = (...words: unknown[]) => {
    if (!started) log(...words);
  };
  try {
    const basis = new NodeBasisEncoder();
    await basis.init();
    return basis;
  } finally {
    started = true;
    console.log = log;
  }
}

/**
 * Whether ETC1S would visibly change the picture. ETC1S stores one colour for each block of 4 x 4 pixels and varies only its
 * brightness. The test: in more than 3 % of the blocks, colours differ from that grey axis by more than 10 of 255 (root mean
 * square).
 */
export function hasHardColours(rgba: Uint8Array, width: number, height: number): boolean {
  let hard = 0;
  let blocks = 0;
  const mean = [0, 0, 0];
  for (let y = 0; y + 4 <= height; y += 4)
    for (let x = 0; x + 4 <= width; x += 4) {
      blocks++;
      mean.fill(0);
      const forPixels = (visit: (at: number) => void): void => {
        for (let k = 0; k < 16; k++) visit(((y + (k >> 2)) * width + x + (k & 3)) * 4);
      };
      forPixels(at => {
        for (let c = 0; c < 3; c++) mean[c] += rgba[at + c] / 16;
      });
      let error = 0;
      forPixels(at => {
        const d = [0, 1, 2].map(c => rgba[at + c] - mean[c]);
        const grey = (d[0] + d[1] + d[2]) / 3;
        error += d.reduce((sum, v) => sum + (v - grey) ** 2, 0) / 3;
      });
      if (error / 16 > 100) hard++;
    }
  return blocks > 0 && hard / blocks > 0.03;
}
