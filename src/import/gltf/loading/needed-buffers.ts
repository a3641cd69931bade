/** Finds the buffers that a glTF needs, and their bytes. */
import type { Json } from './check/document-fields.ts';

const record = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Returns the meshopt compression of a buffer view, under either name; undefined where it has none. */
export function meshoptOf(view: Json): Json | undefined {
  const extensions = record(view.extensions);
  const meshopt = record(extensions?.KHR_meshopt_compression) ?? record(extensions?.EXT_meshopt_compression);
  return meshopt && Object.keys(meshopt).length > 0 ? meshopt : undefined;
}

/**
 * Returns the indices of buffers that some view reads. A buffer that only compressed views name is a fallback for readers without
 * decompression (EXT_meshopt_compression). It is never read here, and exporters often leave it out, marked or not.
 */
export function neededBuffers(json: Json): Set<unknown> {
  const needed = new Set<unknown>();
  for (const item of list(json.bufferViews)) {
    const view = record(item);
    if (view) needed.add((meshoptOf(view) ?? view).buffer);
  }
  return needed;
}

/** The name of a GLB's own buffer among the resources of a file. */
export const GLB_BUFFER = '@glb.bin';

/** Returns the bytes of a buffer; undefined where they are not there. */
export function bytesOf(
  buffer: { readonly uri?: unknown } | undefined,
  resources: Readonly<Record<string, Uint8Array>>,
): Uint8Array | undefined {
  const key = typeof buffer?.uri === 'string' ? buffer.uri : GLB_BUFFER;
  return Object.hasOwn(resources, key) ? resources[key] : undefined;
}
