import { createDecoder } from '../../../../src/assets/threads/decoder.ts';
import { GlState } from '../../../../src/render/gl/gl-state.ts';
import { textureFor } from '../../../../src/render/textures/texture-for.ts';
import { TextureUpload } from '../../../../src/render/textures/texture-upload.ts';
import { UploadCheck } from '../../../../src/render/textures/upload-check.ts';

/** What the test drives in the page. */
export interface DecoderPage {
  texture(
    base64: string,
    type: string,
  ): Promise<{ kind: string; width: number; height: number; format?: string; levels?: number; pixel?: number[]; as?: string }>;
  /** How decoding it as a picture fails. */
  broken(base64: string): Promise<string>;
  /** Decodes, uploads in steps of so many bytes, and reads back RGBA of the first pixel of each of the rows. */
  upload(
    base64: string,
    rows: readonly number[],
    stepBytes: number,
  ): Promise<{ bands: number; steps: number; pixels: number[][] }>;
  mesh(base64: string): Promise<{ parts: number; mode: string }>;
  /** Without workers. */
  inlineMesh(base64: string): Promise<{ parts: number; mode: string }>;
  /** Aborts while the worker is busy: how the promise ends. */
  abort(base64: string): Promise<string>;
  error(base64: string): Promise<{ name: string; at: unknown; message: string }>;
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), c => c.charCodeAt(0));
const decoder = createDecoder({ workers: 2 });

const page: DecoderPage = {
  async texture(base64, type) {
    const texture = await decoder.texture(bytesOf(base64), { url: 'test', type });
    const { kind, width, height } = texture;
    if (texture.kind === 'compressed') return { kind, width, height, format: texture.format, levels: texture.levels.length };
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    if (!context) throw new Error('no picture to look at');
    if ('data' in texture.image) return { kind, width, height, pixel: [...texture.image.data.subarray(0, 4)], as: 'pixels' };
    context.drawImage(texture.image, 0, 0);
    return { kind, width, height, pixel: [...context.getImageData(0, 0, 1, 1).data], as: 'bitmap' };
  },
  broken: base64 =>
    decoder.texture(bytesOf(base64), { url: 'broken', type: 'image/webp' }).then(
      () => 'decoded',
      error => String(error),
    ),
  async upload(base64, rows, stepBytes) {
    const asset = await decoder.texture(bytesOf(base64), { url: 'test', type: 'image/webp' });
    const gl = document.createElement('canvas').getContext('webgl');
    if (!gl || asset.kind !== 'picture') throw new Error('no WebGL, or no picture');
    let handle: WebGLTexture | undefined;
    const job = new TextureUpload(
      gl,
      new GlState(gl),
      null,
      textureFor(asset),
      asset,
      {
        onDone: texture => {
          handle = texture;
        },
        onLost: () => {},
      },
      new UploadCheck(gl),
    );
    let steps = 0;
    for (; !job.done; steps++) job.step(stepBytes);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, handle ?? null, 0);
    const pixels = rows.map(y => {
      const pixel = new Uint8Array(4);
      gl.readPixels(0, y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
      return [...pixel];
    });
    return { bands: asset.bands?.length ?? 0, steps, pixels };
  },
  mesh: async base64 => ({ parts: (await decoder.mesh(bytesOf(base64), 'test')).parts.length, mode: decoder.mode }),
  async inlineMesh(base64) {
    const denied = createDecoder({
      createWorker: () => {
        throw new DOMException('no workers here', 'SecurityError');
      },
    });
    return { parts: (await denied.mesh(bytesOf(base64), 'test')).parts.length, mode: denied.mode };
  },
  async abort(base64) {
    const controller = new AbortController();
    const promise = decoder.texture(bytesOf(base64), { url: 'test', type: 'image/ktx2' }, controller.signal);
    controller.abort('enough');
    return promise.then(
      () => 'resolved',
      reason => String(reason),
    );
  },
  error: base64 =>
    decoder.mesh(bytesOf(base64), 'bad.glb').then(
      () => ({ name: 'none', at: undefined, message: '' }),
      ({ name, at, message }) => ({ name, at, message }),
    ),
};
Object.assign(globalThis, { foyerDecoder: page });
