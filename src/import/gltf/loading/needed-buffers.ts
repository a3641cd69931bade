/** Which buffers of a glTF must be there. */
import type { Json } from './document-fields.ts';

const record = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The meshopt compression of a buffer view, by either of its names; undefined where it has none. */
export function meshoptOf(view: Json): Json | undefined {
  const extensions = record(view.extensions);
  const meshopt = record(extensions?.KHR_meshopt_compression) ?? record(extensions?.EXT_meshopt_compression);
  return meshopt && Object.keys(meshopt).length > 0 ? meshopt : undefined;
}

/**
 * Numbers of the buffers that some view reads. A buffer that only compressed views name is a fall-back for readers that know no
 * compression (EXT_meshopt_compression): nothing reads it here, and exporters leave it out, marked or not.
 */
export function neededBuffers(json: Json): Set<unknown> {
  const needed = new Set<unknown>();
  for (const item of list(json.bufferViews)) {
    const view = record(item);
    if (view) needed.add((meshoptOf(view) ?? view).buffer);
  }
  return needed;
}
