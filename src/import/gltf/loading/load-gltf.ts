/** Opens a glTF file with its resources. */
import { isUtf8 } from 'node:buffer';
import { type Document, type GLTF, Logger, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { isGlb } from '../../../assets/gltf/glb-container.ts';
import { FormatError, quote } from '../../../core/errors.ts';
import { decodeUri } from '../../file/decode-uri.ts';
import { checkJsonMemory } from '../../file/json-memory.ts';
import { jsonTrouble } from '../../file/json-trouble.ts';
import { mistakenFile, mistakenModel } from '../../file/mistaken-file.ts';
import { fileBeside, MAX_BYTES, readLimited } from '../../file/sandboxed-files.ts';
import type { ReadOptions } from '../../read-options.ts';
import type { Warn } from '../../report/warnings.ts';
import { checkGltf } from './check/check-gltf.ts';
import { checkShape } from './check/check-shape.ts';
import { decodeDataUri } from './data-uri.ts';
import { dracoDecoder } from './draco.ts';
import { type FileAnimation, splitAnimations } from './file-animations.ts';
import { splitGlb } from './glb-chunks.ts';
import { oldGltf, plainTechniques } from './gltf-one.ts';
import { mendGltf, NO_PICTURE } from './mend-gltf.ts';
import { GLB_BUFFER, neededBuffers } from './needed-buffers.ts';
import { removeNullFields } from './null-fields.ts';
import { quietProperties } from './quiet-properties.ts';

/** Extensions that a file may require. */
const KNOWN = new Set([...ALL_EXTENSIONS.map(e => e.EXTENSION_NAME), 'KHR_meshopt_compression']);

export interface LoadedGltf {
  readonly document: Document;
  /** The JSON as stored, for extensions that glTF-Transform does not know (VRM). The document lists nodes in the same order. */
  readonly json: GLTF.IGLTF;
  readonly animations: readonly FileAnimation[];
  /** Extensions that the file requires and that are not known here. A warning names them. */
  readonly dropped: readonly string[];
  /** Bytes of the file and of all files that it uses. */
  readonly bytes: number;
  /** What was repaired. */
  readonly warnings: readonly string[];
}

/**
 * Opens a `.glb`, `.vrm` or `.gltf` with its loose files. It opens only files in or below the folder of the model (or `root`),
 * never a URL.
 *
 * @throws FormatError that names the file, the place and the cause.
 */
export async function loadGltf(path: string, { root }: ReadOptions = {}): Promise<LoadedGltf> {
  const main = await readLimited(path, { url: path });
  const resources: Record<string, Uint8Array<ArrayBuffer>> = {};
  const warnings: string[] = [];
  const warn: Warn = message => warnings.push(message);
  let json: GLTF.IGLTF;
  if (isGlb(main)) {
    const glb = splitGlb(main, path, warn);
    json = parseJson(glb.json, path, warn);
    if (glb.binary.byteLength > 0) resources[GLB_BUFFER] = glb.binary;
  } else {
    json = parseJson(main, path, warn);
  }
  checkHead(json, path, warn);
  const bytes = main.byteLength + (await readResources(json, path, root, resources, warn));
  try {
    checkGltf(json, resources, path, warn);
  } catch (error) {
    throw withCut(error, warnings);
  }
  checkShape(json, path, warn);
  plainTechniques(json, warn);
  try {
    mendGltf(json, warn);
    resources[NO_PICTURE] = new Uint8Array(0);
    const dropped = (json.extensionsRequired ?? []).filter(name => !KNOWN.has(name));
    if (dropped.length > 0) warn(`drawn without ${dropped.join(', ')}, which the file requires`);
    Object.assign(json, { extensionsRequired: json.extensionsRequired?.filter(name => KNOWN.has(name)) ?? [] });
    quietProperties();
    const io = new NodeIO().registerExtensions(withoutUnread(json)).setLogger(new Logger(Logger.Verbosity.SILENT));
    await MeshoptDecoder.ready;
    const draco = json.extensionsUsed?.includes('KHR_draco_mesh_compression') ? await dracoDecoder() : undefined;
    io.registerDependencies({ 'meshopt.decoder': MeshoptDecoder, ...(draco ? { 'draco3d.decoder': draco } : {}) });
    const split = splitAnimations(json, resources);
    const document = await io.readJSON({ json: split.json, resources });
    return { document, json, animations: split.animations(document), dropped, bytes, warnings };
  } catch (cause) {
    throw new FormatError(`not readable as glTF (${unpackingTrouble(cause)})`, { url: path, at: 'document', cause });
  }
}

/** Where a file or a buffer is cut, that is the cause of what is missing then. */
function withCut(error: unknown, warnings: readonly string[]): unknown {
  const cut = warnings.find(warning => /should have \d+ bytes and has/.test(warning));
  if (cut === undefined || !(error instanceof FormatError)) return error;
  const { reason, url, at, value } = error;
  return new FormatError(`${cut.replace(/:.*/, '')}: ${reason}`, {
    url,
    ...(at === undefined ? {} : { at }),
    value,
    cause: error,
  });
}

/** What the decoders say of damaged data names no file format and no extension. */
function unpackingTrouble(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/Malformed buffer data/.test(message)) return 'data compressed with EXT_meshopt_compression is damaged';
  return message.replace(
    /^\[KHR_draco_mesh_compression\] (.*?)\.?$/,
    'data compressed with KHR_draco_mesh_compression is damaged: $1',
  );
}

/** Removes extensions that draw nothing, so that errors in them cannot fail the import. */
function withoutUnread(json: GLTF.IGLTF) {
  const unread =
    /^(EXT_structural_metadata|EXT_mesh_features|KHR_xmp|KHR_lights|KHR_materials_(variants|clearcoat|sheen|volume|ior|specular|iridescence|anisotropy|dispersion|diffuse_transmission)$)/;
  const required = new Set(json.extensionsRequired ?? []);
  return ALL_EXTENSIONS.filter(e => required.has(e.EXTENSION_NAME) || !unread.test(e.EXTENSION_NAME));
}

/** Checks version and extensions first, so that the error names the cause and not a consequence. */
function checkHead(json: GLTF.IGLTF, url: string, warn: Warn): void {
  const { version, minVersion }: { version?: unknown; minVersion?: unknown } = json.asset ?? {};
  if (/^[01]/.test(String(version)) || (version === undefined && ('techniques' in json || 'shaders' in json)))
    throw new FormatError(oldGltf(/^0/.test(String(version)) ? String(version) : '1.0'), {
      url,
      at: 'asset.version',
      value: version,
    });
  if (version !== '2.0') {
    if (version !== 2 && !/^2(\.\d+)?$/.test(String(version)))
      throw new FormatError(version === undefined ? 'no glTF: its version is missing' : 'only glTF 2.0 is read', {
        url,
        at: 'asset.version',
        value: version,
      });
    warn(`asset.version is ${quote(version)}; read as glTF 2.0`);
    json.asset = { ...json.asset, version: '2.0' };
  }
  // glTF 2.0, 3.2: `minVersion` names the version that the file needs.
  if (minVersion !== undefined && !/^(1\.\d+|2(\.0)?)$/.test(String(minVersion)))
    throw new FormatError('the file needs a newer glTF than 2.0', { url, at: 'asset.minVersion', value: minVersion });
  for (const key of ['extensionsUsed', 'extensionsRequired'] as const) {
    const names: unknown = json[key] ?? [];
    if (!Array.isArray(names) || names.some(n => typeof n !== 'string'))
      throw new FormatError('must be a list of names', { url, at: key, value: names });
  }
  const unknown = (json.extensionsRequired ?? []).findIndex(name => !KNOWN.has(name) && storesGeometry(json, name));
  if (unknown >= 0)
    throw new FormatError('the geometry is stored by an extension that is not known here', {
      url,
      at: `extensionsRequired[${unknown}]`,
      value: json.extensionsRequired?.[unknown],
    });
}

/** Whether the extension stores geometry. Without it, the model cannot be drawn at all. */
function storesGeometry(json: GLTF.IGLTF, name: string): boolean {
  const owners: unknown[] = [];
  for (const list of [json.buffers, json.bufferViews, json.accessors] as unknown[]) if (Array.isArray(list)) owners.push(...list);
  for (const mesh of Array.isArray(json.meshes) ? json.meshes : [])
    owners.push(...(Array.isArray(mesh?.primitives) ? mesh.primitives : []));
  return owners.some(owner => Object.hasOwn(Object((owner as { extensions?: unknown } | null)?.extensions), name));
}

/** Whether the bytes begin as JSON does in UTF-16, with or without a byte order mark. */
const isUtf16 = (bytes: Uint8Array): boolean =>
  /^(\xff\xfe[^\0]\0[^\0]|\xfe\xff\0|\{\0|\0\{)/.test(Buffer.from(bytes.subarray(0, 8)).toString('latin1'));

/** `firstBytes(Uint8Array.of(0, 255)) // 'bytes 00 ff'` */
function firstBytes(bytes: Uint8Array): string {
  return `bytes ${Array.from(bytes.subarray(0, 8), byte => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

/** Removes zeros from the end. A regular expression would take the square of their number where they stand elsewhere. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

function parseJson(bytes: Uint8Array, url: string, warn: Warn): GLTF.IGLTF {
  checkJsonMemory(bytes, url);
  let json: unknown;
  let mayHaveNulls = true;
  try {
    const text = new TextDecoder().decode(bytes);
    mayHaveNulls = text.includes('null');
    json = JSON.parse(withoutPadding(text));
    if (text.includes('\ufffd') && !isUtf8(bytes)) warn('its text is not UTF-8: names lose some letters');
  } catch (cause) {
    const kind = mistakenModel(bytes) ?? (isUtf16(bytes) ? 'its text is UTF-16: save it as UTF-8' : undefined);
    if (kind !== undefined) throw new FormatError(kind, { url, at: 'file', cause });
    // What the parser quotes of a file that is no text says nothing.
    if (bytes.includes(0)) throw new FormatError('neither GLB nor JSON', { url, at: 'file', value: firstBytes(bytes), cause });
    const text = new TextDecoder().decode(bytes);
    if (!/^\s*[{[/]/.test(text))
      throw new FormatError('neither GLB nor JSON', { url, at: 'file', value: text.slice(0, 20), cause });
    const trouble = jsonTrouble(text) ?? (cause as Error).message;
    throw new FormatError(`not readable as JSON (${trouble})`, { url, at: 'JSON', cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new FormatError('glTF is a JSON object', { url, at: 'JSON', value: json });
  const nulls = mayHaveNulls ? removeNullFields(json) : 0;
  if (nulls > 0)
    warn(nulls === 1 ? 'one field is null; it counts as missing' : `${nulls} fields are null; they count as missing`);
  return json as GLTF.IGLTF;
}

/**
 * Opens the files of buffers and images by their URI. It removes a missing picture from `json`, with a warning.
 *
 * @returns the bytes that were read from files.
 * @throws FormatError for a missing buffer.
 */
async function readResources(
  json: GLTF.IGLTF,
  url: string,
  root: string | undefined,
  resources: Record<string, Uint8Array<ArrayBuffer>>,
  warn: Warn,
): Promise<number> {
  let total = 0;
  const needed = neededBuffers(json as unknown as Record<string, unknown>);
  for (const list of ['buffers', 'images'] as const) {
    const items: unknown = json[list] ?? [];
    if (!Array.isArray(items)) throw new FormatError('must be a list', { url, at: list, value: items });
    for (const [i, item] of items.entries()) {
      const uri: unknown = item?.uri;
      if (list === 'images' && uri === undefined && item?.bufferView === undefined)
        warn(`picture ${i} has neither a name nor bytes; left out`);
      if (uri === undefined || (list === 'buffers' && !needed.has(i))) continue;
      const place = { url, at: `${list}[${i}].uri` };
      try {
        if (typeof uri !== 'string') throw new FormatError('must be text', { ...place, value: uri });
        if (uri.trim() === '') throw new FormatError('the name is empty', { ...place, value: uri });
        if (Object.hasOwn(resources, uri)) continue;
        if (/^\s*data:/i.test(uri)) {
          resources[uri] = decodeDataUri(uri.trimStart(), place);
          continue;
        }
        const bytes = await readLimited(await fileBeside(url, root, decodeUri(uri), place, warn), { ...place, value: uri });
        const kind = mistakenFile(bytes);
        if (kind !== undefined) throw new FormatError(kind, { ...place, value: uri });
        total += bytes.byteLength;
        if (total > MAX_BYTES) throw new FormatError(`more than ${MAX_BYTES} bytes of loose files`, { ...place, value: uri });
        resources[uri] = bytes;
      } catch (error) {
        if (list === 'buffers' || !(error instanceof FormatError)) throw error;
        warn(`picture ${quote(uri)} is left out: ${error.reason}`);
        delete item.uri;
      }
    }
  }
  return total;
}
