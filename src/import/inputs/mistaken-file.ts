/** Recognises files that are not what their name says. */
import { converterFor } from '../reading/converters.ts';

const KINDS: readonly (readonly [begins: RegExp | string, what: string])[] = [
  [/^$/, 'the file is empty'],
  ['version https://git-lfs', 'a pointer of Git LFS, not the file: run "git lfs pull" where it comes from'],
  [/^\s*(<!doctype html|<html)/i, 'a web page, not the file: download it again'],
  ['PK\x03\x04', 'an archive: name it .zip'],
  ['\x1f\x8b', 'a gzip file: unpack it first'],
  ['Rar!', 'a RAR archive: unpack it first'],
  ['7z\xbc\xaf', 'a 7-Zip archive: unpack it first'],
  ['8BPS', 'a Photoshop file: export it as PNG'],
  ['DDS ', 'a DDS texture: convert it to PNG, or to KTX2'],
  ['v/1\x01', 'an OpenEXR picture: convert it to PNG'],
  ['#?RADIANCE', 'a Radiance HDR picture: convert it to PNG'],
  [/^.{4}ftyp(heic|heix|mif1|heim)/s, 'a HEIC picture: convert it to PNG or JPEG'],
  [/^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg|<svg)/s, 'an SVG picture: convert it to PNG'],
  ['Kaydara FBX', `an FBX file: ${converterFor('.fbx')}`],
  ['BLENDER', `a Blender file: ${converterFor('.blend')}`],
  [/^\s*<\?xml[^>]*>\s*<COLLADA/, `a COLLADA file: ${converterFor('.dae')}`],
];

/** Returns what a file is in place of a model, a buffer or a picture, and what to do; undefined where it is unknown. */
export function mistakenFile(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 200)).toString('latin1');
  return KINDS.find(([begins]) => (typeof begins === 'string' ? text.startsWith(begins) : begins.test(text)))?.[1];
}
