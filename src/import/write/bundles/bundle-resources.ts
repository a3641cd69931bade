/** Writes resources of a room together into bundles, so that a page opens it with fewer requests. */
import type { StoredResource } from '../resource-folder.ts';
import type { RoomDocument } from '../room-document.ts';
import { type CriticalResource, criticalResources } from './critical-resources.ts';

/** Bytes of a bundle: 0.1 s at 5 Mbit/s. */
const BUNDLE_BYTES = 64 * 1024;
/** Bytes of all bundles from which on one is twice as large: decoding is behind then, so fewer requests are worth more than an early start. */
const EARLY_BYTES = 512 * 1024;
/** A larger file is worth a request of its own. */
const LARGE_BYTES = 48 * 1024;

export interface BundleFiles {
  read(url: string): Promise<Uint8Array>;
  put(bytes: Uint8Array, type: 'application/octet-stream'): Promise<StoredResource>;
}

/**
 * Adds bundles to the documents of a room, as relations of resource edges. A resource keeps its own file. What the door shows comes first,
 * and high textures are in no bundle.
 */
export async function bundleResources(document: RoomDocument, files: BundleFiles): Promise<void> {
  const members = criticalResources(document.documents, document.url('')).filter(({ bytes }) => bytes <= LARGE_BYTES);
  for (const [i, bundle] of cut(members).entries()) {
    const parts = await Promise.all(bundle.map(({ ref }) => files.read(ref)));
    const { url, bytes, hash } = await files.put(Buffer.concat(parts), 'application/octet-stream');
    const node = document.node(`bundle/${i}`, { bytes, hash }, { ref: url });
    let at = 0;
    for (const { edges, bytes: length } of bundle) {
      for (const edge of edges) document.bundle(edge, node, at);
      at += length;
    }
  }
}

/** Cuts a list into bundles. A single resource needs none. */
function cut(members: readonly CriticalResource[]): CriticalResource[][] {
  const bundles: CriticalResource[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  let all = 0;
  for (const member of members) {
    if (filled + member.bytes > (all < EARLY_BYTES ? 1 : 2) * BUNDLE_BYTES) {
      bundles.push([]);
      filled = 0;
    }
    bundles[bundles.length - 1].push(member);
    filled += member.bytes;
    all += member.bytes;
  }
  return bundles.filter(bundle => bundle.length > 1);
}
