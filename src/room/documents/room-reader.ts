import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { roomDocument } from '../../graph/room-documents.ts';
import { Follow, type Kept } from './follow-documents.ts';
import type { AvatarInfo, FoundRoom, FurnitureInfo, RoomSink } from './room-info.ts';

/**
 * Reads a room again and again, all of it at once. What no stale document is part of is kept from the time before, the same objects: in a room of
 * 100 avatars and 90 furnishings a moved chair costs two documents to read, not 1,200.
 */
export class RoomReader {
  readonly #graph: GraphClient;
  readonly #url: string;
  readonly #pacer: Pacer | undefined;
  #kept: Kept = { furniture: new Map(), avatars: new Map(), parts: new Map() };

  /** @param url - absolute, of the room. */
  constructor(graph: GraphClient, url: string, pacer?: Pacer) {
    this.#graph = graph;
    this.#url = url;
    this.#pacer = pacer;
  }

  /**
   * @param stale - documents that have changed since the last call.
   * @throws what `graph.get` throws for the room's own document: then the next call takes these documents as stale, too.
   */
  async read(stale: ReadonlySet<string>, failed: RoomSink['failed']): Promise<FoundRoom> {
    const kept = this.#kept;
    for (const [ref, { documents }] of kept.parts) if (intersects(documents, stale)) kept.parts.delete(ref);
    for (const members of [kept.furniture, kept.avatars])
      for (const [url, { ref }] of members) if (stale.has(url) || !kept.parts.has(ref)) members.delete(url);
    for (const { documents } of kept.parts.values()) this.#graph.keep(documents);
    this.#graph.keep(kept.furniture.keys());
    this.#graph.keep(kept.avatars.keys());
    const furniture = new Map<string, FurnitureInfo>();
    const avatars = new Map<string, AvatarInfo>();
    const lost = new Set<string>();
    const { data, relations } = await this.#graph.get(this.#url, roomDocument);
    const sink: RoomSink = {
      room: () => {},
      furniture: info => furniture.set(info.url, info),
      avatar: info => avatars.set(info.url, info),
      failed,
      lost: edgeOrGroup => lost.add(edgeOrGroup),
    };
    const follow = new Follow(this.#graph, sink, this.#pacer, kept);
    await Promise.all([
      follow.each(relations.furniture, edge => follow.furniture(edge)),
      follow.each(relations.avatars, edge => follow.avatar(edge)),
    ]);
    for (const url of kept.furniture.keys()) if (!furniture.has(url)) kept.furniture.delete(url);
    for (const url of kept.avatars.keys()) if (!avatars.has(url)) kept.avatars.delete(url);
    this.#forgetUnused();
    const whole = (group: string | undefined) => group === undefined || !lost.has(group);
    return {
      data,
      furniture: { members: furniture, whole: whole(relations.furniture) },
      avatars: { members: avatars, whole: whole(relations.avatars) },
      lost,
    };
  }

  /** People come and go for days: what nobody relates to any more is not kept. */
  #forgetUnused(): void {
    const { furniture, avatars, parts } = this.#kept;
    const used = new Set([...furniture.values(), ...avatars.values()].map(({ ref }) => ref));
    for (const ref of parts.keys()) if (!used.has(ref)) parts.delete(ref);
  }
}

function intersects(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const each of others) if (some.has(each)) return true;
  return false;
}
