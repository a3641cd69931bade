import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { resolveLink } from '../../graph/links.ts';
import type * as documents from '../../graph/room-documents.ts';
import {
  avatarDocument,
  avatarEdge,
  furnitureEdge,
  outfitEdge,
  productDocument,
  resourceEdge,
} from '../../graph/room-documents.ts';
import type { AvatarInfo, FurnitureInfo, OutfitPartInfo, ProductInfo, ResourceInfo, RoomSink } from './room-info.ts';

/** Height of an avatar whose document does not tell it, metres. */
const defaultHeight = 1.75;

/** What was read whole, and may be used again while no document of it is stale. */
export interface Kept {
  readonly furniture: Map<string, { readonly ref: string; readonly info: FurnitureInfo }>;
  readonly avatars: Map<string, { readonly ref: string; readonly info: AvatarInfo }>;
  /** Products and avatars by their URLs, with all documents that they are made of. */
  readonly parts: Map<string, { readonly documents: Set<string> }>;
}

/** Follows links from edges to products and avatars, each once, and reports what it finds to a sink. */
export class Follow {
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

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = known.get(key);
  if (!promise) known.set(key, (promise = make()));
  return promise;
}
