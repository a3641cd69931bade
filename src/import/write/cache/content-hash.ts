import { sha256 } from '../resource-folder.ts';

/** Returns the SHA-256 of plain data with typed arrays. Hashes are equal where all values are equal. */
export function contentHash(value: unknown): string {
  return sha256(
    JSON.stringify(value, (_, item: unknown) =>
      ArrayBuffer.isView(item)
        ? `${item.constructor.name} ${sha256(new Uint8Array(item.buffer, item.byteOffset, item.byteLength))}`
        : item,
    ),
  );
}
