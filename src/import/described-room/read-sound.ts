/** Reads the sound of a room. */

import { FormatError } from '../../core/errors.ts';
import type { SoundType } from '../../core/resource-types.ts';
import { mistakenFile } from '../file/mistaken-file.ts';
import { type Place, readLimited } from '../file/sandboxed-files.ts';
import type { SourceSound } from '../model/source-model.ts';

/** Maximum bytes. An hour of music is no background of a room. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Formats that browsers play, by their first bytes. */
const FORMATS: readonly (readonly [type: SoundType, begins: RegExp])[] = [
  ['audio/mpeg', /^ID3/],
  ['audio/ogg', /^OggS/],
  ['audio/wav', /^RIFF.{4}WAVE/s],
  ['audio/flac', /^fLaC/],
  ['audio/mp4', /^.{4}ftyp(M4A|M4B|mp4|iso|dash)/s],
  ['audio/webm', /^.E\u00df\u00a3/s],
  // MPEG audio without a tag: 11 bits of 1, then a version and a layer that exist.
  ['audio/mpeg', /^\u00ff[\u00e2-\u00e7\u00f2-\u00f7\u00fa-\u00ff]/],
];

/**
 * Reads a sound file. The first bytes decide its format, not its name.
 *
 * @throws FormatError for a file that cannot be opened, is too large, or is no sound that browsers play.
 */
export async function readSound(file: string, place: Place & { readonly value: string }): Promise<SourceSound> {
  const bytes = await readLimited(file, place);
  if (bytes.byteLength > MAX_BYTES)
    throw new FormatError(`a sound has at most ${MAX_BYTES} bytes`, { ...place, value: bytes.byteLength });
  const begin = Buffer.from(bytes.buffer, 0, Math.min(bytes.byteLength, 16)).toString('latin1');
  const type = FORMATS.find(([, begins]) => begins.test(begin))?.[0];
  if (type) return { bytes, type };
  throw new FormatError(mistakenFile(bytes) ?? 'no MP3, Ogg, WAV, FLAC, M4A or WebM sound', place);
}
