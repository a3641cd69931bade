/** Reads binary skeletons, materials and animations of Cal3D (CSF, CRF, CAF, CPF). */
import { countedAre } from '../../../core/counted.ts';
import { FormatError } from '../../../core/errors.ts';
import { ByteCursor } from '../../file/byte-cursor.ts';
import {
  type Cal3dAnimation,
  type Cal3dBone,
  type Cal3dMaterial,
  type Cal3dMorphAnimation,
  type Cal3dMorphTrack,
  type Cal3dSkeleton,
  isFork,
  MAX_BONES,
  MAX_DURATION,
  NEWEST_VERSION,
  OLDEST_VERSION,
  type Warn,
} from '../cal3d-file.ts';
import { readTrack } from './binary-track.ts';

const isKnown = (version: number): boolean => version >= OLDEST_VERSION && version <= NEWEST_VERSION;

/** Opens a binary file: reads the magic (such as `CSF\0`) and the version, and leaves the cursor behind both. */
export function openBinary(bytes: Uint8Array, url: string, magic: string): { cursor: ByteCursor; version: number } {
  const cursor = new ByteCursor(bytes, url);
  for (let i = 0; i < 4; i++) {
    const expected = i < 3 ? magic.charCodeAt(i) : 0;
    if (cursor.u8('the magic token') !== expected) {
      throw new FormatError(`no Cal3D file of the kind ${magic}`, { url, at: 'byte 0', value: [...bytes.subarray(0, 4)] });
    }
  }
  let version = cursor.i32('the version');
  const swapped = new DataView(bytes.buffer, bytes.byteOffset + 4, 4).getInt32(0, false);
  // The library reads and writes little-endian everywhere. Exporters on old Macs wrote big-endian memory.
  if (!isKnown(version) && isKnown(swapped)) {
    cursor.littleEndian = false;
    version = swapped;
  }
  if (!isKnown(version)) {
    cursor.fail(`only versions ${OLDEST_VERSION} to ${NEWEST_VERSION} are known`, 4, version);
  }
  return { cursor, version };
}

export function warnOfRest(cursor: ByteCursor, warn: Warn): void {
  if (cursor.left > 0) warn(`${cursor.url}: ${countedAre(cursor.left, 'byte')} ignored after the end`);
}

/** Reads a CSF file. The fork has an ambient colour before the bones and a light in each bone; both are ignored. */
export function readBinarySkeleton(bytes: Uint8Array, url: string, warn: Warn): Cal3dSkeleton {
  const { cursor, version } = openBinary(bytes, url, 'CSF');
  const n = cursor.count('bones', 68, 1);
  if (n > MAX_BONES) cursor.fail(`more than ${MAX_BONES} bones`, 4, n);
  if (isFork(version)) cursor.coordinates(3, "the scene's ambient colour");
  const bones: Cal3dBone[] = [];
  for (let i = 0; i < n; i++) {
    const name = cursor.string(`the name of bone ${i}`);
    const translation = cursor.coordinates(3, `bone ${i}'s translation`);
    const rotation = cursor.coordinates(4, `bone ${i}'s rotation`);
    const boneSpaceTranslation = cursor.coordinates(3, `bone ${i}'s bone-space translation`);
    const boneSpaceRotation = cursor.coordinates(4, `bone ${i}'s bone-space rotation`);
    const parent = cursor.i32(`bone ${i}'s parent`);
    if (parent < -1 || parent >= n) cursor.fail(`bone ${i}'s parent is none of the ${n} bones`, 4, parent);
    if (isFork(version)) {
      cursor.i32(`bone ${i}'s kind of light`);
      cursor.coordinates(3, `bone ${i}'s light`);
    }
    // The children repeat what the parents say. The parents win, as in the library.
    for (let k = cursor.count(`children of bone ${i}`, 4); k > 0; k--) {
      const child = cursor.i32(`a child of bone ${i}`);
      if (child < 0 || child >= n) cursor.fail(`a child of bone ${i} is none of the ${n} bones`, 4, child);
    }
    bones.push({ name, parent, translation, rotation, boneSpaceTranslation, boneSpaceRotation });
  }
  warnOfRest(cursor, warn);
  return { url, bones };
}

/** Reads a CRF file. */
export function readBinaryMaterial(bytes: Uint8Array, url: string, warn: Warn): Cal3dMaterial {
  const { cursor, version } = openBinary(bytes, url, 'CRF');
  const color = (what: string) => [0, 1, 2, 3].map(() => cursor.u8(what));
  color('the ambient colour');
  const diffuse = color('the diffuse colour');
  color('the specular colour');
  cursor.f32('the shininess');
  const typed = isFork(version) || version >= 1300;
  const maps: { file: string; type: string }[] = [];
  for (let k = cursor.count('maps', typed ? 8 : 4); k > 0; k--) {
    const file = cursor.string("a map's file");
    maps.push({ file, type: typed ? cursor.string("a map's type") : '' });
  }
  warnOfRest(cursor, warn);
  return { url, diffuse, maps };
}

/**
 * Reads a CAF file. Keys are plain floats up to version 912 and from 1000 on. They are packed bits (binary-track.ts) from 913 on
 * in the fork. In 919 and from 1300 on a flag decides. Versions 1200 to 1299 have flags after the number of tracks; bit 0 selects
 * the ranged form.
 */
export function readBinaryAnimation(bytes: Uint8Array, url: string, warn: Warn): Cal3dAnimation {
  // Libraries of 1300 and of 1301 disagree on whether a 1300 has those flags. The right reading ends at the end of the file.
  const { version } = openBinary(bytes, url, 'CAF');
  if (version === 1300) {
    try {
      const read = readAnimationBody(bytes, url, false);
      if (read.cursor.left === 0) return read.animation;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  const { cursor, animation } = readAnimationBody(bytes, url, version >= 1200);
  warnOfRest(cursor, warn);
  return animation;
}

function readAnimationBody(bytes: Uint8Array, url: string, hasFlags: boolean): { cursor: ByteCursor; animation: Cal3dAnimation } {
  const { cursor, version } = openBinary(bytes, url, 'CAF');
  let packed = version >= 913 && version < 919;
  if (version === 919 || version >= 1300) packed = cursor.i32('the compression flag') !== 0;
  const duration = readDuration(cursor);
  const trackCount = cursor.count('tracks', packed ? 4 : 8, 1);
  const flags = hasFlags ? cursor.i32('the flags') : 0;
  const ranged = !packed && (flags & 1) !== 0;
  const tracks = [];
  for (let i = 0; i < trackCount; i++) {
    tracks.push(
      readTrack(cursor, packed ? { kind: 'bits', version } : ranged ? { kind: 'ranged', duration } : { kind: 'plain' }),
    );
  }
  return { cursor, animation: { url, duration, tracks } };
}

/** Reads a CPF file: the weight of each morph target over time. */
export function readBinaryMorphAnimation(bytes: Uint8Array, url: string, warn: Warn): Cal3dMorphAnimation {
  const { cursor } = openBinary(bytes, url, 'CPF');
  const duration = readDuration(cursor);
  const tracks: Cal3dMorphTrack[] = [];
  for (let k = cursor.count('tracks', 8, 1); k > 0; k--) {
    const morph = cursor.string('the name of a morph target');
    const times: number[] = [];
    const weights: number[] = [];
    for (let n = cursor.count(`keys of ${morph}`, 8, 1); n > 0; n--) {
      times.push(cursor.coordinate('the time of a key'));
      weights.push(cursor.coordinate('the weight of a key'));
    }
    tracks.push({ morph, times, weights });
  }
  warnOfRest(cursor, warn);
  return { url, duration, tracks };
}

function readDuration(cursor: ByteCursor): number {
  const duration = cursor.coordinate('the duration');
  if (!(duration > 0 && duration <= MAX_DURATION))
    cursor.fail(`the duration must be above 0 and at most ${MAX_DURATION} seconds`, 4, duration);
  return duration;
}
