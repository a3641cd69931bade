import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { parseMesh, parseSkeleton } from '../../../src/import/cal3d/parse-cal3d-file.ts';
import { decodeTga } from '../../../src/import/picture/tga.ts';
import { CAL3D_READERS, CAL3D_SEEDS } from '../../fuzz-import/cal3d-seeds.ts';
import { mutate } from '../../mutate/mutate.ts';
import * as sample from './sample.ts';
import * as binary from './write-binary.ts';

const ignore = () => {};

const MUTATIONS = Number(process.env.FUZZ ?? 1000);

/** @returns whether it was refused; anything but a FormatError with file and place fails the test. */
function refused(kind: string, bytes: Uint8Array, what: string): boolean {
  try {
    CAL3D_READERS[kind](bytes, ignore);
    return false;
  } catch (error) {
    if (!(error instanceof FormatError)) throw new Error(`${kind}: ${what}: ${(error as Error).stack}`);
    expect(error.url).toMatch(/^x\./);
    expect(error.at, error.message).toBeTruthy();
    return true;
  }
}

describe.each(CAL3D_SEEDS)('%s, %s', (kind, form, bytes) => {
  it('reads the complete file', () => {
    expect(refused(kind, bytes, 'as it is')).toBe(false);
  });

  it('rejects a truncated file', () => {
    // Blanks at the end of XML, and padding at the end of a bitmap's row, are nothing that is missed.
    const text = form.startsWith('XML')
      ? new TextDecoder().decode(bytes).trimEnd().length
      : kind === 'bmp'
        ? bytes.length - 3
        : bytes.length;
    for (let n = 0; n < text; n++) expect(refused(kind, bytes.subarray(0, n), `cut at ${n}`), `cut at ${n}`).toBe(true);
  });

  it(`never crashes, hangs or returns invalid data (${MUTATIONS} mutations)`, () => {
    const random = seededRandom(20260101 + kind.length * 31 + form.length);
    let no = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const mutation = mutate(bytes, random);
      if (refused(kind, mutation.bytes, mutation.what)) no++;
    }
    // A fuzz whose every mutant is refused at the door tests nothing.
    expect(no).toBeGreaterThan(0);
    expect(no).toBeLessThan(MUTATIONS);
  });
});

describe('errors name the exact fault', () => {
  const at = (bytes: Uint8Array, offset: number, value: number) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setInt32(offset, value, true);
    return copy;
  };
  const nan = (bytes: Uint8Array, offset: number) => at(bytes, offset, 0x7fc00000);
  const csf = binary.writeSkeleton(sample.skeleton, 700);
  const cmf = binary.writeMesh(sample.mesh, 700);

  it.each([
    [
      'a count of billions',
      () => parseSkeleton(at(csf, 8, 0x7fffffff), 'x.csf', ignore),
      /2147483647 bones cannot be in the \d+ bytes that are left at byte 8.*x\.csf/,
    ],
    [
      'a count below 0',
      () => parseMesh(at(cmf, 16, -5), 'x.cmf', ignore),
      /number of vertices of submesh 0 must be at least 0 at byte 16, got -5/,
    ],
    ['NaN', () => parseMesh(nan(cmf, 36), 'x.cmf', ignore), /position of vertex 0 is no number at byte 36/],
    [
      'a string without end',
      () =>
        parseSkeleton(
          csf.map((b, i) => (i === 19 ? 65 : b)),
          'x.csf',
          ignore,
        ),
      /name of bone 0 has no end at byte 16/,
    ],
    [
      'a string longer than the file',
      () => parseSkeleton(at(csf, 12, 1e6), 'x.csf', ignore),
      /name of bone 0 of 1000000 characters cannot be/,
    ],
    [
      'a version of the future',
      () => parseSkeleton(at(csf, 4, 5000), 'x.csf', ignore),
      /versions 699 to 1301 are known at byte 4, got 5000/,
    ],
    ['another kind of file', () => parseSkeleton(cmf, 'x.csf', ignore), /no Cal3D file of the kind CSF at byte 0/],
    [
      'a vertex that is not there',
      () => parseMesh(at(cmf, cmf.length - 4, 4), 'x.cmf', ignore),
      /the vertex is none of the 4 at byte \d+, got 4/,
    ],
    ['XML that is none', () => parseMesh(new TextEncoder().encode('<MESH'), 'x.xmf', ignore), /no valid XML.*x\.xmf/],
    [
      'entities that grow',
      () => parseMesh(new TextEncoder().encode('<!DOCTYPE a [<!ENTITY b "c">]><MESH/>'), 'x.xmf', ignore),
      /document types .* are not allowed/,
    ],
    [
      'nesting without end',
      () => parseMesh(new TextEncoder().encode('<MESH>'.repeat(100_000) + '</MESH>'.repeat(100_000)), 'x.xmf', ignore),
      /x\.xmf/,
    ],
    [
      'a TGA of 65535 x 65535',
      () => decodeTga(Uint8Array.of(0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 24, 0), 'x.tga'),
      /1 to 8192 pixels a side/,
    ],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });
});

const folder = resolve(import.meta.dirname, '../../../../shared/assets/cal3d/cally');

describe.skipIf(!existsSync(folder))('real files', () => {
  it.each([
    ['skeleton', 'cally.csf'],
    ['mesh', 'cally_ponytail.cmf'],
    ['animation', 'cally_idle.caf'],
    ['material', 'cally_skin.xrf'],
  ])('%s', (kind, file) => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    const random = seededRandom(11);
    for (let i = 0; i < MUTATIONS / 4; i++) {
      const mutation = mutate(bytes, random);
      refused(kind, mutation.bytes, mutation.what);
    }
  });
});
