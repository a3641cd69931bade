import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { resolveLink } from '../../graph/links.ts';
import type * as documents from '../../graph/room-documents.ts';
import {
  avatarDocument,
  avatarEdge,
  type Bounds,
  furnitureEdge,
  outfitEdge,
  productDocument,
  resourceEdge,
  roomDocument,
} from '../../graph/room-documents.ts';

/** From the one URL of a room to all that stands in it: what is placed where, and what resources that needs. */

/** One resource as the documents tell of it; nothing is loaded yet. */
export interface ResourceInfo {
  readonly url: string;
  readonly mirrors: readonly string[];
  readonly kind: 'mesh' | 'skeleton' | 'animation' | 'texture';
  readonly tier: 'low' | 'high';
  /** Name of the material that a texture belongs to. */
  readonly slot: string;
  /** Name of the clip. */
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
  readonly hash: string;
  /** Pixels, where the document tells. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Of a texture that is not simply repeated and smoothed. */
  readonly sampling?: TextureSampling;
}

export interface ProductInfo {
  readonly url: string;
  readonly name: string;
  /** What sort of thing it is (`top`, `shoes`): somebody wears one of a sort at a time. */
  readonly category: string | undefined;
  /** Categories of products, and names of materials, that are hidden while it is worn. */
  readonly covers: readonly string[];
  readonly bounds: Bounds | undefined;
  /** Places to sit, in the space of the product. */
  readonly seats: documents.ProductDocument['data']['seats'];
  readonly resources: readonly ResourceInfo[];
}

export interface FurnitureInfo {
  readonly url: string;
  readonly data: documents.FurnitureEdge['data'];
  readonly product: ProductInfo;
}

export interface OutfitPartInfo {
  readonly product: ProductInfo;
  /** The joint that a rigid part hangs on. */
  readonly joint: string | undefined;
}

export interface AvatarInfo {
  /** Of the edge that puts the avatar into the room. */
  readonly url: string;
  /** Of the avatar's own document. */
  readonly node: string;
  readonly data: documents.AvatarEdge['data'];
  readonly name: string;
  /** Metres. */
  readonly height: number;
  readonly skeleton: ProductInfo;
  readonly outfit: readonly OutfitPartInfo[];
}

/** Told of each thing as soon as its documents are there, in no particular order. */
export interface RoomSink {
  room(data: documents.RoomDocument['data']): void;
  furniture(info: FurnitureInfo): void;
  avatar(info: AvatarInfo): void;
  /** One document, and what hangs on it, cannot be had; the rest goes on. Once for each error. */
  failed(url: string, error: unknown): void;
  /** Something of the edge, or of the members of the group, at `url` could not be read: what was told of it is not all. */
  lost?(url: string): void;
}

/** Everything in a room, as its documents tell of it at one moment. */
export interface FoundRoom {
  readonly data: documents.RoomDocument['data'];
  readonly furniture: FoundGroup<FurnitureInfo>;
  readonly avatars: FoundGroup<AvatarInfo>;
  /** Edges of which not all could be read. */
  readonly lost: ReadonlySet<string>;
}

export interface FoundGroup<Info> {
  /** By the URLs of their edges. */
  readonly members: ReadonlyMap<string, Info>;
  /** Whether all of its pages could be read. */
  readonly whole: boolean;
}

const defaultHeight = 1.75;

/**
 * Follows all documents of the room at `url` (absolute). Resolves when every one has been told to `sink`.
 * @param pacer - cuts the work into slices; without one, all documents of a file are checked in one task.
 * @throws what `graph.get` throws for the room's own document; all other errors go to `sink.failed`.
 */
export async function followRoom(graph: GraphClient, url: string, sink: RoomSink, pacer?: Pacer): Promise<void> {
  const room = await graph.get(url, roomDocument);
  sink.room(room.data);
  const follow = new Follow(graph, sink, pacer);
  await Promise.all([
    follow.each(room.relations.furniture, edge => follow.furniture(edge)),
    follow.each(room.relations.avatars, edge => follow.avatar(edge)),
  ]);
}

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

/** What was read whole, and may be used again while no document of it is stale. */
interface Kept {
  readonly furniture: Map<string, { readonly ref: string; readonly info: FurnitureInfo }>;
  readonly avatars: Map<string, { readonly ref: string; readonly info: AvatarInfo }>;
  /** Products and avatars by their URLs, with all documents that they are made of. */
  readonly parts: Map<string, { readonly documents: Set<string> }>;
}

/**
 * Follows the documents of one product, at `url` (absolute).
 * @param failed - told of each of its resources whose document cannot be had; the product comes without it.
 * @throws what `graph.get` throws for the product's own document.
 */
export function followProduct(graph: GraphClient, url: string, failed: RoomSink['failed']): Promise<ProductInfo> {
  return new Follow(graph, { room: () => {}, furniture: () => {}, avatar: () => {}, failed }).product(url);
}

class Follow {
  readonly #graph: GraphClient;
  readonly #sink: RoomSink;
  readonly #pacer: Pacer | undefined;
  /** Many edges relate to the same product: it is followed once. */
  readonly #products = new Map<string, Promise<ProductInfo>>();
  readonly #avatars = new Map<string, Promise<Pick<AvatarInfo, 'name' | 'height' | 'skeleton' | 'outfit'>>>();
  readonly #reported = new Set<unknown>();
  /** Products and avatars of which something could not be read, with all that hangs on them. */
  readonly #partial = new Set<string>();
  readonly #kept: Kept | undefined;
  /** Documents that each product and avatar is made of. */
  readonly #documents = new Map<string, Set<string>>();

  constructor(graph: GraphClient, sink: RoomSink, pacer?: Pacer, kept?: Kept) {
    this.#graph = graph;
    this.#sink = sink;
    this.#pacer = pacer;
    this.#kept = kept;
  }

  /** Remembers something that was read whole. */
  #keep<Info>(
    members: Map<string, { readonly ref: string; readonly info: Info }> | undefined,
    url: string,
    ref: string,
    info: Info,
  ): void {
    const documents = this.#documents.get(ref);
    if (!members || !documents || this.#partial.has(ref)) return;
    members.set(url, { ref, info });
    this.#kept?.parts.set(ref, { documents });
  }

  /** Does `take` for every member of a group at once, as pages come in; never throws. @returns whether all went well. */
  async each(group: string | undefined, take: (edge: string) => Promise<void>): Promise<boolean> {
    if (group === undefined) return true;
    let whole = true;
    const lose = (url: string, error: unknown): void => {
      whole = false;
      this.#sink.lost?.(url);
      this.#failed(url, error);
    };
    const taking: Promise<void>[] = [];
    try {
      for await (const edge of this.#graph.members(group)) {
        const pause = this.#pacer?.pause();
        if (pause) await pause;
        taking.push(take(edge).catch(error => lose(edge, error)));
      }
    } catch (error) {
      lose(group, error);
    }
    await Promise.all(taking);
    return whole;
  }

  async furniture(url: string): Promise<void> {
    const kept = this.#kept?.furniture.get(url);
    if (kept) return this.#sink.furniture(kept.info);
    const edge = await this.#graph.get(url, furnitureEdge);
    const { ref } = edge.relations;
    const product = await this.product(ref);
    if (this.#partial.has(ref)) this.#sink.lost?.(url);
    const info = { url, data: edge.data, product };
    this.#keep(this.#kept?.furniture, url, ref, info);
    this.#sink.furniture(info);
  }

  async avatar(url: string): Promise<void> {
    const kept = this.#kept?.avatars.get(url);
    if (kept) return this.#sink.avatar(kept.info);
    const edge = await this.#graph.get(url, avatarEdge);
    const { ref } = edge.relations;
    const avatar = await once(this.#avatars, ref, () => this.#readAvatar(ref));
    if (this.#partial.has(ref)) this.#sink.lost?.(url);
    const info = { url, node: ref, data: edge.data, ...avatar, name: edge.data.name ?? avatar.name };
    this.#keep(this.#kept?.avatars, url, ref, info);
    this.#sink.avatar(info);
  }

  async #readAvatar(url: string) {
    const { data, relations } = await this.#graph.get(url, avatarDocument);
    const outfit: OutfitPartInfo[] = [];
    const products = [relations.skeleton];
    const documents = new Set([url, relations.outfit]);
    this.#documents.set(url, documents);
    const [skeleton, whole] = await Promise.all([
      this.product(relations.skeleton),
      this.each(relations.outfit, async edgeUrl => {
        const edge = await this.#graph.get(edgeUrl, outfitEdge);
        products.push(edge.relations.ref);
        documents.add(edgeUrl);
        outfit.push({ product: await this.product(edge.relations.ref), joint: edge.data.joint });
      }),
    ]);
    for (const product of products) for (const document of this.#documents.get(product) ?? []) documents.add(document);
    if (!whole || products.some(product => this.#partial.has(product))) this.#partial.add(url);
    return { name: data.name, height: data.height ?? defaultHeight, skeleton, outfit };
  }

  product(url: string): Promise<ProductInfo> {
    return once(this.#products, url, async () => {
      const { data, relations } = await this.#graph.get(url, productDocument);
      const resources: ResourceInfo[] = [];
      const documents = new Set([url, relations.resources]);
      this.#documents.set(url, documents);
      const whole = await this.each(relations.resources, async edgeUrl => {
        documents.add(edgeUrl);
        const edge = await this.#graph.get(edgeUrl, resourceEdge);
        resources.push(resourceInfo(edgeUrl, edge.data, edge.relations.ref));
      });
      if (!whole) this.#partial.add(url);
      const { name, category, covers, bounds, seats } = data;
      return { url, name, category, covers, bounds, seats, resources };
    });
  }

  /** One wrong document that many relate to is told once: they all reject with the same error. */
  #failed(url: string, error: unknown): void {
    if (this.#reported.has(error)) return;
    this.#reported.add(error);
    this.#sink.failed(url, error);
  }
}

function resourceInfo(url: string, data: documents.ResourceEdge['data'], ref: string): ResourceInfo {
  return {
    url: ref,
    // Mirrors are the one kind of URL that stands in `data`: relative to the edge that names them.
    mirrors: (data.mirrors ?? []).map(mirror => resolveLink(mirror, url, url, 'data.mirrors')),
    kind: data.kind,
    tier: data.tier ?? 'low',
    slot: data.slot ?? '',
    name: data.name ?? '',
    bytes: data.bytes,
    type: data.type,
    hash: data.hash,
    width: data.width,
    height: data.height,
    ...(data.wrap || data.filter === 'nearest' ? { sampling: samplingOf(data) } : {}),
  };
}

function samplingOf({ wrap, filter }: documents.ResourceEdge['data']): TextureSampling {
  const [wrapS, wrapT] = wrap ?? ['repeat', 'repeat'];
  return { wrapS, wrapT, nearest: filter === 'nearest' };
}

function intersects(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const each of others) if (some.has(each)) return true;
  return false;
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = known.get(key);
  if (!promise) known.set(key, (promise = make()));
  return promise;
}
