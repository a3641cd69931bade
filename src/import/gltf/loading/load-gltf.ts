import { type Document, type GLTF, Logger, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer';
import { FormatError } from '../../../core/errors.ts';
import { folderOf, MAX_BYTES, pathBeside, readLimited } from '../../sandboxed-files.ts';
import type { Warn } from '../../warn.ts';
import { checkGltf } from './check-gltf.ts';
import { decodeDataUri } from './data-uri.ts';
import { dracoDecoder } from './draco.ts';
import { isGlb, splitGlb } from './glb-chunks.ts';
import { checkShape } from './gltf-shape.ts';
import { mendGltf } from './mend-gltf.ts';

/** Extensions that a file may require. */
const KNOWN = new Set([...ALL_EXTENSIONS.map(e => e.EXTENSION_NAME), 'KHR_meshopt_compression']);
/** And those that say what else is there or how light plays: the model can be drawn without, if not quite as it is meant. */
const NOT_NEEDED =
  /^(KHR|EXT|MSFT|ADOBE)_(materials|lights|xmp|audio|interactivity|animation|physics|lod|node|environments)_?|^VRM|^OMI_|^FB_|^CESIUM_primitive_outline/;

export interface LoadedGltf {
  readonly document: Document;
  /** As it stands in the file: for extensions that glTF-Transform does not know (VRM). Its nodes are in the document's order. */
  readonly json: GLTF.IGLTF;
  /** Of the file and of everything that it draws in. */
  readonly bytes: number;
  /** What was mended. */
  readonly warnings: readonly string[];
}

/**
 * Opens a `.glb`, `.vrm` or `.gltf` with its loose files. Only files in the folder of the model and below are opened, never a URL.
 * @throws FormatError that names the file, the place and the cause.
 */
export async function loadGltf(path: string): Promise<LoadedGltf> {
  const main = await readLimited(path, { url: path });
  const resources: Record<string, Uint8Array<ArrayBuffer>> = {};
  let json: GLTF.IGLTF;
  if (isGlb(main)) {
    const glb = splitGlb(main, path);
    json = parseJson(glb.json, path);
    if (glb.binary.byteLength > 0) resources['@glb.bin'] = glb.binary;
  } else {
    json = parseJson(main, path);
  }
  checkHead(json, path);
  const warnings: string[] = [];
  const warn: Warn = message => warnings.push(message);
  const bytes = main.byteLength + (await readResources(json, path, resources));
  checkGltf(json, resources, path);
  checkShape(json, path);
  try {
    const mended = mendGltf(json, warn);
    const dropped = (mended.extensionsRequired ?? []).filter(name => !KNOWN.has(name));
    if (dropped.length > 0) warn(`drawn without ${dropped.join(', ')}, which the file requires`);
    Object.assign(mended, { extensionsRequired: mended.extensionsRequired?.filter(name => KNOWN.has(name)) ?? [] });
    const io = new NodeIO().registerExtensions(withoutUnread(mended)).setLogger(new Logger(Logger.Verbosity.SILENT));
    await MeshoptDecoder.ready;
    const draco = mended.extensionsUsed?.includes('KHR_draco_mesh_compression') ? await dracoDecoder() : undefined;
    io.registerDependencies({ 'meshopt.decoder': MeshoptDecoder, ...(draco ? { 'draco3d.decoder': draco } : {}) });
    return { document: await io.readJSON({ json: mended, resources }), json: mended, bytes, warnings };
  } catch (cause) {
    throw new FormatError(`not readable as glTF (${cause instanceof Error ? cause.message : String(cause)})`, {
      url: path,
      at: 'document',
      cause,
    });
  }
}

/** Extensions of nothing that is drawn are not opened: less that a broken file can trip over. */
function withoutUnread(json: GLTF.IGLTF) {
  const unread = /^(EXT_structural_metadata|EXT_mesh_features|KHR_xmp|KHR_lights|KHR_materials_variants)/;
  const required = new Set(json.extensionsRequired ?? []);
  return ALL_EXTENSIONS.filter(e => required.has(e.EXTENSION_NAME) || !unread.test(e.EXTENSION_NAME));
}

/** Version and extensions, before anything else: a person is told what is missing, not what follows from it. */
function checkHead(json: GLTF.IGLTF, url: string): void {
  const version: unknown = (json.asset as { version?: unknown } | undefined)?.version;
  if (version !== '2.0') throw new FormatError('only glTF 2.0 is read', { url, at: 'asset.version', value: version });
  for (const key of ['extensionsUsed', 'extensionsRequired'] as const) {
    const names: unknown = json[key] ?? [];
    if (!Array.isArray(names) || names.some(n => typeof n !== 'string'))
      throw new FormatError('must be a list of names', { url, at: key, value: names });
  }
  const unknown = (json.extensionsRequired ?? []).findIndex(name => !KNOWN.has(name) && !NOT_NEEDED.test(name));
  if (unknown >= 0)
    throw new FormatError('the file cannot be read without an extension that is not known here', {
      url,
      at: `extensionsRequired[${unknown}]`,
      value: json.extensionsRequired?.[unknown],
    });
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

/** Opens what buffers and images name, by their URI; @returns the bytes that were read from files. */
async function readResources(json: GLTF.IGLTF, url: string, resources: Record<string, Uint8Array<ArrayBuffer>>): Promise<number> {
  let total = 0;
  const folder = folderOf(url);
  for (const list of ['buffers', 'images'] as const) {
    const items: unknown = json[list] ?? [];
    if (!Array.isArray(items)) throw new FormatError('must be a list', { url, at: list, value: items });
    for (const [i, item] of items.entries()) {
      const uri: unknown = item?.uri;
      if (uri === undefined) continue;
      const at = `${list}[${i}].uri`;
      if (typeof uri !== 'string') throw new FormatError('must be text', { url, at, value: uri });
      if (Object.hasOwn(resources, uri)) continue;
      if (uri.startsWith('data:')) {
        resources[uri] = decodeDataUri(uri, { url, at });
        continue;
      }
      const bytes = await readLimited(await pathBeside(folder, decoded(uri, { url, at }), { url, at }), { url, at });
      total += bytes.byteLength;
      if (total > MAX_BYTES) throw new FormatError(`more than ${MAX_BYTES} bytes of loose files`, { url, at, value: uri });
      resources[uri] = bytes;
    }
  }
  return total;
}

function decoded(uri: string, place: { url: string; at: string }): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    // Many exporters write names as they are; a lone % is one.
    if (/%[0-9a-f]{2}/i.test(uri)) throw new FormatError('not a valid URI', { ...place, value: uri });
    return uri;
  }
}
