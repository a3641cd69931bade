/** Recognises files that are not what their name says. */
import { converterFor } from './converters.ts';

const KINDS: readonly (readonly [begins: RegExp | string, what: string])[] = [
  [/^$/, 'the file is empty'],
  ['version https://git-lfs', 'a pointer of Git LFS, not the file: run "git lfs pull" where it comes from'],
  [/^\s*(<!doctype html|<html|<head|(404:? )?not found\b)/i, 'a web page, not the file: download it again'],
  [/^PK.{20,60}\.usd[ac]?/s, `a USD file: ${converterFor('.usdz')}`],
  ['PK\x03\x04', 'an archive: name it .zip'],
  ['\x1f\x8b\x08', 'a gzip file: unpack it first'],
  ['Rar!', 'a RAR archive: unpack it first'],
  ['7z\xbc\xaf', 'a 7-Zip archive: unpack it first'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard file: unpack it first'],
  [/^[^\0]+\0+.{100,256}ustar/s, 'a tar archive: unpack it first'],
  [/^\s*(<\?xml[^>]*>\s*)?<Error>/, 'an error of a web server, not the file: download it again'],
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

/** Kinds of models, by what is too short or too common to tell a buffer from them. */
const MODELS: readonly (readonly [begins: RegExp | string, what: string])[] = [
  [/^; FBX/, `an FBX file: ${converterFor('.fbx')}`],
  [/^\s*(#[^\r\n]*[\r\n]\s*)*(mtllib|o|g|v|vn|vt|usemtl) \S/, `an OBJ file: ${converterFor('.obj')}`],
  [/^\s*solid\b/, `an STL file: ${converterFor('.stl')}`],
  [/^ply\s/, `a PLY file: ${converterFor('.ply')}`],
  ['MM', `a 3DS file: ${converterFor('.3ds')}`],
  ['\xd0\xcf\x11\xe0', `a 3ds Max file: ${converterFor('.max')}`],
  [/^(#usda|PXR-USDC)/, `a USD file: ${converterFor('.usd')}`],
  ['#VRML', `a VRML file: ${converterFor('.wrl')}`],
  [/^(\/\/Maya|FOR[48])/, `a Maya file: ${converterFor('.ma')}`],
  ['ISO-10303-21', `a STEP or IFC file: ${converterFor('.step')}`],
  ['b3dm', converterFor('.b3dm') ?? ''],
  ['i3dm', converterFor('.i3dm') ?? ''],
  ['cmpt', converterFor('.cmpt') ?? ''],
  [/^(pnts|LASF)/, converterFor('.pnts') ?? ''],
  ['DRACO', converterFor('.drc') ?? ''],
  ['VOX ', `a MagicaVoxel file: ${converterFor('.vox')}`],
  [/^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|\xabKTX)/s, 'a picture, not a model'],
  ['%PDF', 'a PDF file, not a model'],
];

/** As `mistakenFile`, for a file that should be a model. */
export const mistakenModel = (bytes: Uint8Array): string | undefined => mistakenFile(bytes) ?? kindOf(bytes, MODELS);

/** Returns what a file is in place of a model, a buffer or a picture, and what to do; undefined where it is unknown. */
export const mistakenFile = (bytes: Uint8Array): string | undefined => kindOf(bytes, KINDS);

function kindOf(bytes: Uint8Array, kinds: typeof KINDS): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 300)).toString('latin1');
  return kinds.find(([begins]) => (typeof begins === 'string' ? text.startsWith(begins) : begins.test(text)))?.[1];
}
