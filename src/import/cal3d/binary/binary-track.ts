/** Reads the animation tracks of binary Cal3D files (CAF). */
import type { ByteCursor } from '../../file/byte-cursor.ts';
import { MAX_COORDINATE } from '../../file/byte-cursor.ts';
import { type Cal3dTrack, NO_TRANSLATION } from '../cal3d-file.ts';

/** How the keys of a track are stored. */
export type KeyForm =
  | { readonly kind: 'plain' }
  /** The fork's form: 10 + 36 bits of time and rotation. Translations exist only where they differ from the skeleton's. */
  | { readonly kind: 'bits'; readonly version: number }
  /**
   * The merged library's form: 16 bits of time, 11 + 11 + 10 bits of translation within the track's range, 48 bits of rotation.
   */
  | { readonly kind: 'ranged'; readonly duration: number };

/** Reads a track: a bone and its keys. */
export function readTrack(cursor: ByteCursor, form: KeyForm): Cal3dTrack {
  if (form.kind === 'bits') return readBitTrack(cursor, form.version);
  const bone = cursor.i32('the bone of a track');
  if (bone < 0) cursor.fail('the bone of a track cannot be below 0', 4, bone);
  const n = cursor.count(`keys of bone ${bone}`, form.kind === 'plain' ? 32 : 12, 1);
  return form.kind === 'plain' ? readPlainKeys(cursor, bone, n) : readRangedKeys(cursor, bone, n, form.duration);
}

function readPlainKeys(cursor: ByteCursor, bone: number, n: number): Cal3dTrack {
  const track = { bone, times: [] as number[], translations: [] as number[], rotations: [] as number[] };
  for (let i = 0; i < n; i++) {
    track.times.push(cursor.coordinate('the time of a key'));
    const t = [0, 1, 2].map(() => cursor.f32('the translation of a key'));
    if (t.every(v => v === Math.fround(NO_TRANSLATION))) track.translations.push(NaN, NaN, NaN);
    else if (t.some(v => Math.abs(v) > MAX_COORDINATE)) cursor.fail('the translation of a key is beyond all measure', 12, t);
    else track.translations.push(...t);
    track.rotations.push(...cursor.coordinates(4, 'the rotation of a key'));
  }
  return track;
}

function readRangedKeys(cursor: ByteCursor, bone: number, n: number, duration: number): Cal3dTrack {
  const track = { bone, times: [] as number[], translations: [] as number[], rotations: [] as number[] };
  const least = cursor.coordinates(3, "the least of a track's range");
  const step = cursor.coordinates(3, "the step of a track's range");
  for (let i = 0; i < n; i++) {
    track.times.push((cursor.u16('the time of a key') / 65535) * duration);
    const p = cursor.u32('the translation of a key');
    const parts = [p & 0x7ff, (p >>> 11) & 0x7ff, p >>> 22];
    track.translations.push(...parts.map((v, axis) => v * step[axis] + least[axis]));
    track.rotations.push(...unpackQuaternion([0, 1, 2].map(() => cursor.i16('the rotation of a key'))));
  }
  return track;
}

/**
 * Unpacks a quaternion of 3 x 16 bits. The lowest bits of the 2nd and 3rd name the omitted component of x y z w (the largest; it
 * is positive). The rest hold the other three times 32767 √2.
 */
function unpackQuaternion([s0, s1, s2]: readonly number[]): number[] {
  const largest = ((s1 & 1) << 1) | (s2 & 1);
  const others = [s0, s1 & ~1, s2 & ~1].map(s => s / (32767 * Math.SQRT2));
  const sum = others.reduce((total, v) => total + v * v, 0);
  others.splice(largest, 0, Math.sqrt(Math.max(0, 1 - sum)));
  return others;
}

/** Reads bits, the lowest of each byte first. */
class BitCursor {
  readonly #cursor: ByteCursor;
  #buffer = 0;
  #bits = 0;

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
  }

  /** @param n - 1 to 25 bits. At most 7 bits are left over, so 32 suffice. */
  read(n: number): number {
    while (this.#bits < n) {
      this.#buffer = (this.#buffer | (this.#cursor.u8('packed bits') << this.#bits)) >>> 0;
      this.#bits += 8;
    }
    const value = this.#buffer & (2 ** n - 1);
    this.#buffer = this.#buffer >>> n;
    this.#bits -= n;
    return value;
  }

  /** Reads `n` bits of magnitude as 0..1, then one sign bit. */
  signed(n: number): number {
    const magnitude = this.read(n) / (2 ** n - 1);
    return this.read(1) ? -magnitude : magnitude;
  }
}

// Translations have 25 bits for 2^23 units or 9 bits for 2^7, both in steps of a quarter unit.
const LONG = { bits: 25, range: 2 ** 23, bytes: 10 };
const SHORT = { bits: 9, range: 2 ** 7, bytes: 4 };
const STEPS_PER_SECOND = 30;
/** The time has 10 bits. Exporters also wrote longer clips, whose time wraps around. */
const TIME_STEPS = 1024;

/**
 * Reads a track of packed bits. Bits 0-12 hold the bone. Bit 13 says that translations change, 14 that they are long, 15 that
 * there are any. The next 16 bits hold the number of keys.
 * Versions 916 to 918 repeat the values as floats behind the bits (916 the rotation, 917 both).
 */
function readBitTrack(cursor: ByteCursor, version: number): Cal3dTrack {
  const head = cursor.u16('the bone of a track');
  const bone = head & 0x1fff;
  const changes = (head & 0x2000) !== 0;
  const size = head & 0x4000 ? LONG : SHORT;
  const translated = (head & 0x8000) !== 0;
  const n = cursor.u16(`the number of keys of bone ${bone}`);
  if (n === 0) cursor.fail(`bone ${bone} has a track without keys`, 2);
  if (n * 6 > cursor.left) cursor.fail(`${n} keys cannot be in the ${cursor.left} bytes that are left`, 2, n);
  const track = { bone, times: [] as number[], translations: [] as number[], rotations: [] as number[] };
  let wraps = 0;
  let before = 0;
  for (let i = 0; i < n; i++) {
    const written = translated && (i === 0 || changes);
    let translation = translated ? track.translations.slice(-3) : [NaN, NaN, NaN];
    if (written) {
      const bits = new BitCursor(cursor);
      translation = [0, 1, 2].map(() => bits.signed(size.bits) * size.range);
      bits.read(2);
    }
    const bits = new BitCursor(cursor);
    let rotation = unpackBits(bits);
    const steps = bits.read(10);
    if (steps < before) wraps++;
    before = steps;
    if (version === 917 && written) translation = cursor.coordinates(3, 'the translation of a key');
    if (version === 916 || version === 917) rotation = cursor.coordinates(4, 'the rotation of a key');
    track.times.push((steps + wraps * TIME_STEPS) / STEPS_PER_SECOND);
    track.translations.push(...translation);
    track.rotations.push(...rotation);
  }
  return track;
}

/**
 * Unpacks a quaternion: 2 bits name the omitted component of x y z w (the largest; it is positive). The others have 11 + 1 bits
 * each.
 */
function unpackBits(bits: BitCursor): number[] {
  const largest = bits.read(2);
  const q: number[] = [];
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    const value = i === largest ? 0 : bits.signed(11);
    q.push(value);
    sum += value * value;
  }
  q[largest] = Math.sqrt(Math.max(0, 1 - sum));
  return q;
}
