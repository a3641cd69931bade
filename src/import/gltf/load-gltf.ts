import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type Document, type GLTF, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer';
import { FormatError } from '../../core/errors.ts';
import { checkGltf } from './check-gltf.ts';

/** A file, and what it draws in, may be so large; more would not fit the memory that an import is given. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface LoadedGltf {
  readonly document: Document;
  /** As it stands in the file: for extensions that glTF-Transform does not know (VRM). Its nodes are in the document's order. */
  readonly json: GLTF.IGLTF;
  /** Of the file and of everything that it draws in. */
  readonly bytes: number;
}

/**
 * Opens a `.glb`, `.vrm` or `.gltf` with its loose files. Only files in the folder of the model and below are opened, never a URL.
 * @throws FormatError that names the file, the place and the cause.
 */
export async function loadGltf(path: string): Promise<LoadedGltf> {
  const main = await readLimited(path, path, '');
  const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
  await MeshoptDecoder.ready;
  const isGlb = main.byteLength > 4 && main[0] === 0x67 && main[1] === 0x6c && main[2] === 0x54 && main[3] === 0x46;
  const resources: Record<string, Uint8Array<ArrayBuffer>> = {};
  let json: GLTF.IGLTF;
  if (isGlb) {
    const glb = splitGlb(main, path);
    json = parseJson(glb.json, path);
    if (glb.binary.byteLength > 0) resources['@glb.bin'] = glb.binary;
  } else {
    json = parseJson(main, path);
  }
  const bytes = main.byteLength + (await readResources(json, path, resources));
  checkGltf(json, resources, path);
  try {
    return { document: await io.readJSON({ json: structuredClone(json), resources }), json, bytes };
  } catch (cause) {
    throw new FormatError(`not readable as glTF (${cause instanceof Error ? cause.message : String(cause)})`, {
      url: path,
      at: 'document',
      cause,
    });
  }
}

async function readLimited(file: string, url: string, at: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new FormatError(`more than ${MAX_BYTES} bytes`, { url, at, value: size });
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError('the file cannot be opened', { url, at: at || 'file', value: file, cause });
  }
}

function parseJson(bytes: Uint8Array, url: string): GLTF.IGLTF {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(`neither GLB nor JSON (${(cause as Error).message})`, { url, at: 'JSON', cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new FormatError('glTF is a JSON object', { url, at: 'JSON', value: json });
  return json as GLTF.IGLTF;
}

/** Opens what buffers and images name; @returns the bytes that were read. */
async function readResources(
  json: GLTF.IGLTF,
  path: string,
  resources: Record<string, Uint8Array<ArrayBuffer>>,
): Promise<number> {
  let total = 0;
  const folder = dirname(resolve(path));
  for (const list of ['buffers', 'images'] as const) {
    const items: unknown = json[list] ?? [];
    if (!Array.isArray(items)) throw new FormatError('must be a list', { url: path, at: list, value: items });
    for (const [i, item] of items.entries()) {
      const uri: unknown = item?.uri;
      if (uri === undefined || (typeof uri === 'string' && uri.startsWith('data:'))) continue;
      const at = `${list}[${i}].uri`;
      if (typeof uri !== 'string') throw new FormatError('must be text', { url: path, at, value: uri });
      if (uri in resources) continue;
      const bytes = await readLimited(inFolder(folder, uri, path, at), path, at);
      total += bytes.byteLength;
      if (total > MAX_BYTES) throw new FormatError(`more than ${MAX_BYTES} bytes of loose files`, { url: path, at, value: uri });
      resources[uri] = bytes;
    }
  }
  return total;
}

/** The file that a relative reference means. A model from a stranger must not reach for other files, or the network. */
function inFolder(folder: string, uri: string, url: string, at: string): string {
  const fail = (reason: string): never => {
    throw new FormatError(reason, { url, at, value: uri });
  };
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri) || uri.startsWith('//')) fail('URLs are not opened, only files beside the model');
  let name: string;
  try {
    name = decodeURIComponent(uri);
  } catch {
    return fail('not a valid URI');
  }
  if (name.includes('\0')) fail('not a file name');
  const file = resolve(folder, name);
  const inside = relative(folder, file);
  if (isAbsolute(name) || inside === '' || inside.startsWith('..') || isAbsolute(inside)) fail("leads out of the model's folder");
  return file;
}

/** glTF 2.0 section 4.4: header, JSON chunk, binary chunk. */
function splitGlb(bytes: Uint8Array<ArrayBuffer>, url: string): { json: Uint8Array; binary: Uint8Array<ArrayBuffer> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number): number => {
    if (at + 4 > bytes.byteLength) throw new FormatError('the file is cut', { url, at: `byte ${at}`, value: bytes.byteLength });
    return view.getUint32(at, true);
  };
  const chunk = (at: number, type: number, name: string): Uint8Array<ArrayBuffer> => {
    const size = u32(at);
    if (u32(at + 4) !== type)
      throw new FormatError(`a chunk that is not ${name}`, { url, at: `byte ${at + 4}`, value: u32(at + 4) });
    if (size > bytes.byteLength - at - 8)
      throw new FormatError('the file is cut: a chunk is longer than what is left', { url, at: `byte ${at}`, value: size });
    return bytes.slice(at + 8, at + 8 + size);
  };
  if (u32(4) !== 2) throw new FormatError('only glTF 2 is read', { url, at: 'byte 4', value: u32(4) });
  const json = chunk(12, 0x4e4f534a, 'JSON');
  const next = 20 + json.byteLength;
  const binary = next + 8 <= bytes.byteLength ? chunk(next, 0x004e4942, 'BIN') : new Uint8Array(0);
  return { json, binary };
}
