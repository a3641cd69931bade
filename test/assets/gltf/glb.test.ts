import { describe, expect, it } from 'vitest';
import { readGlb } from '../../../src/assets/gltf/glb.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { triangle } from '../make-glb.ts';

function errorOf(run: () => unknown): FormatError {
  try {
    run();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const changed = (offset: number, value: number) => {
  const bytes = triangle();
  new DataView(bytes.buffer).setUint32(offset, value, true);
  return bytes;
};

describe('readGlb', () => {
  it('takes JSON and binary apart', () => {
    const { json, binary } = readGlb(triangle(), 'a.glb');
    expect(json.get('materials').value).toEqual([{ name: 'wood' }]);
    expect(binary.byteLength).toBe(44);
  });

  it('reads from the middle of a larger buffer', () => {
    const bytes = triangle();
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(readGlb(larger.subarray(3, 3 + bytes.length), 'a.glb').binary.byteLength).toBe(44);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'byte 0'],
    ['another format', changed(0, 1), 'byte 0'],
    ['another version', changed(4, 1), 'byte 4'],
    ['a length past the end', changed(8, 1e6), 'byte 8'],
    ['a chunk past the end', changed(12, 1e6), 'byte 12'],
    ['a first chunk that is not JSON', changed(16, 0x004e4942), 'byte 16'],
    ['JSON that does not parse', changed(20, 0x7b7b7b7b), 'byte 20'],
    ['a cut file', triangle().subarray(0, 100), 'byte 8'],
  ])('refuses %s and says where', (_, bytes, at) => {
    const error = errorOf(() => readGlb(bytes, 'room/bad.glb'));
    expect(error.at).toBe(at);
    expect(error.url).toBe('room/bad.glb');
    expect(error.message).toContain('room/bad.glb');
  });

  it('refuses an extension that it would have to know', () => {
    const bytes = triangle(json => Object.assign(json, { extensionsRequired: ['KHR_draco_mesh_compression'] }));
    const error = errorOf(() => readGlb(bytes, 'a.glb'));
    expect(error.at).toBe('extensionsRequired[0]');
    expect(error.value).toBe('KHR_draco_mesh_compression');
  });
});
