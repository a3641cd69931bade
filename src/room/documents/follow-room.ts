import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { roomDocument } from '../../graph/room-documents.ts';
import { Follow } from './follow-documents.ts';
import type { KnownThings, ProductInfo, RoomSink } from './room-info.ts';

/**
 * Follows all documents of the room at `url` (absolute). Resolves when every one has been told to `sink`.
 * @param pacer - cuts the work into slices; without one, all documents of a file are checked in one task.
 * @param known - what is read whole is added to it, for a `RoomReader`.
 * @throws what `graph.get` throws for the room's own document; all other errors go to `sink.failed`.
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
 * @param failed - told of each of its resources whose document cannot be had; the product comes without it.
 * @throws what `graph.get` throws for the product's own document.
 */
export function followProduct(graph: GraphClient, url: string, failed: RoomSink['failed']): Promise<ProductInfo> {
  return new Follow(graph, { room: () => {}, furniture: () => {}, avatar: () => {}, failed }).product(url);
}
