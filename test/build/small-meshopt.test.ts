import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { build } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';
import { smallMeshopt } from '../../vite.meshopt.ts';

afterEach(() => vi.restoreAllMocks());

interface Decoder {
  readonly ready: Promise<void>;
  decodeGltfBuffer(target: Uint8Array, count: number, size: number, source: Uint8Array, mode: string, filter: string): void;
}

it('decodes with SIMD, and asks for the other program only where SIMD is missing', async () => {
  await MeshoptEncoder.ready;
  const folder = mkdtempSync(join(tmpdir(), 'foyer-meshopt-'));
  try {
    const result = await build({
      configFile: false,
      logLevel: 'error',
      plugins: [smallMeshopt()],
      build: {
        write: false,
        lib: { entry: fileURLToPath(import.meta.resolve('meshoptimizer/decoder')), formats: ['es'], fileName: 'decoder' },
        minify: false,
      },
    });
    const outputs = (Array.isArray(result) ? result : [result]).flatMap(one => ('output' in one ? one.output : []));
    for (const part of outputs) if (part.type === 'chunk') writeFileSync(join(folder, part.fileName), part.code);
    const entry = outputs.find(part => part.type === 'chunk' && part.isEntry);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const numbers = Uint8Array.from({ length: 400 }, (_, i) => (i * 7) % 256);
    const packed = MeshoptEncoder.encodeGltfBuffer(numbers, 100, 4, 'ATTRIBUTES');
    const instantiate = vi.spyOn(WebAssembly, 'instantiate');
    for (const simd of [true, false]) {
      vi.spyOn(WebAssembly, 'validate').mockReturnValue(simd);
      const url = `${pathToFileURL(join(folder, entry?.fileName ?? '')).href}?simd=${simd}`;
      const { MeshoptDecoder } = (await import(/* @vite-ignore */ url)) as { MeshoptDecoder: Decoder };
      await MeshoptDecoder.ready;
      const target = new Uint8Array(400);
      MeshoptDecoder.decodeGltfBuffer(target, 100, 4, packed, 'ATTRIBUTES', 'NONE');
      expect(target).toEqual(numbers);
    }
    const [withSimd, without] = instantiate.mock.calls.map(([program]) => (program as ArrayBuffer).byteLength);
    expect(withSimd).toBeGreaterThan(without);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
