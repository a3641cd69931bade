import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { roomDocument } from '../../graph/room-documents.ts';
import { Follow } from './follow-documents.ts';
import type { KnownThings, ProductInfo, RoomSink } from './room-info.ts';

/**
 * Follows all documents of the room at `url` (absolute). Resolves when all have been passed to `sink`.
 * @param pacer - cuts the work into slices. Without it, all documents of a file are checked in one task.
 * @param known - things that were read completely are added, for a `RoomReader`.
 * @throws what `graph.get` throws for the room's own document. Other errors go to `sink.failed`.
 */
export async function followRoom(
  graph: GraphClient,
  url: string,
  sink: RoomSink,
  pacer?: Pacer,
  known?: KnownThings,
): Promise<void> {
  const room = await graph.get(url, roomDocument);
  sink.room(room.data);
  const follow = new Follow(graph, sink, pacer, known);
  await Promise.all([
    follow.each(room.relations.furniture, edge => follow.furniture(edge)),
    follow.each(room.relations.avatars, edge => follow.avatar(edge)),
  ]);
}

/**
 * Follows the documents of one product, at `url` (absolute).
 * @param failed - called for each resource whose document is not available. The product lacks it then.
 * @throws what `graph.get` throws for the product's own document.
 */
export function followProduct(graph: GraphClient, url: string, failed: RoomSink['failed']): Promise<ProductInfo> {
  return new Follow(graph, { room: () => {}, furniture: () => {}, avatar: () => {}, failed }).product(url);
}
