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
 * As `followRoom`, all of it at once.
 * @throws what `graph.get` throws for the room's own document.
 */
export async function findRoom(graph: GraphClient, url: string, failed: RoomSink['failed'], pacer?: Pacer): Promise<FoundRoom> {
  const furniture = new Map<string, FurnitureInfo>();
  const avatars = new Map<string, AvatarInfo>();
  const lost = new Set<string>();
  const { data, relations } = await graph.get(url, roomDocument);
  const sink: RoomSink = {
    room: () => {},
    furniture: info => furniture.set(info.url, info),
    avatar: info => avatars.set(info.url, info),
    failed,
    lost: edgeOrGroup => lost.add(edgeOrGroup),
  };
  await followRoom(graph, url, sink, pacer);
  const whole = (group: string | undefined) => group === undefined || !lost.has(group);
  return {
    data,
    furniture: { members: furniture, whole: whole(relations.furniture) },
    avatars: { members: avatars, whole: whole(relations.avatars) },
    lost,
  };
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

  constructor(graph: GraphClient, sink: RoomSink, pacer?: Pacer) {
    this.#graph = graph;
    this.#sink = sink;
    this.#pacer = pacer;
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
    const edge = await this.#graph.get(url, furnitureEdge);
    const { ref } = edge.relations;
    const product = await this.product(ref);
    if (this.#partial.has(ref)) this.#sink.lost?.(url);
    this.#sink.furniture({ url, data: edge.data, product });
  }

  async avatar(url: string): Promise<void> {
    const edge = await this.#graph.get(url, avatarEdge);
    const { ref } = edge.relations;
    const avatar = await once(this.#avatars, ref, () => this.#readAvatar(ref));
    if (this.#partial.has(ref)) this.#sink.lost?.(url);
    this.#sink.avatar({ url, node: ref, data: edge.data, ...avatar, name: edge.data.name ?? avatar.name });
  }

  async #readAvatar(url: string) {
    const { data, relations } = await this.#graph.get(url, avatarDocument);
    const outfit: OutfitPartInfo[] = [];
    const products = [relations.skeleton];
    const [skeleton, whole] = await Promise.all([
      this.product(relations.skeleton),
      this.each(relations.outfit, async edgeUrl => {
        const edge = await this.#graph.get(edgeUrl, outfitEdge);
        products.push(edge.relations.ref);
        outfit.push({ product: await this.product(edge.relations.ref), joint: edge.data.joint });
      }),
    ]);
    if (!whole || products.some(product => this.#partial.has(product))) this.#partial.add(url);
    return { name: data.name, height: data.height ?? defaultHeight, skeleton, outfit };
  }

  product(url: string): Promise<ProductInfo> {
    return once(this.#products, url, async () => {
      const { data, relations } = await this.#graph.get(url, productDocument);
      const resources: ResourceInfo[] = [];
      const whole = await this.each(relations.resources, async edgeUrl => {
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

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = known.get(key);
  if (!promise) known.set(key, (promise = make()));
  return promise;
}
