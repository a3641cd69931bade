import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { resolveLink } from '../../graph/links.ts';
import type * as documents from '../../graph/room-documents.ts';
import {
  avatarDocument,
  avatarEdge,
  bundleDocument,
  furnitureEdge,
  outfitEdge,
  productDocument,
  resourceEdge,
} from '../../graph/room-documents.ts';
import {
  type Known,
  KnownThings,
  type OutfitPartInfo,
  type PersonInfo,
  type ProductInfo,
  type ResourceInfo,
  type RoomSink,
} from './room-info.ts';

/** Height of an avatar whose document has none, metres. */
const defaultHeight = 1.75;

/** Follows links from edges to products and avatars, each once, and reports what it finds to a sink. */
export class Follow {
  readonly #graph: GraphClient;
  readonly #sink: RoomSink;
  readonly #pacer: Pacer | undefined;
  readonly #known: KnownThings;
  /** Products that were followed. Many edges relate to the same one. */
  readonly #products = new Map<string, Promise<ProductInfo>>();
  readonly #people = new Map<string, Promise<PersonInfo>>();
  readonly #reported = new Set<unknown>();
  /** Products and avatars that could not be read completely, and the things that need them. */
  readonly #partial = new Set<string>();

  /** @param known - things that need not be read. Things that were read completely are added. */
  constructor(graph: GraphClient, sink: RoomSink, pacer?: Pacer, known = new KnownThings()) {
    this.#graph = graph;
    this.#sink = sink;
    this.#pacer = pacer;
    this.#known = known;
  }

  /** @returns whether it was read completely. */
  #keep<Info>(things: Map<string, Known<Info>>, url: string, info: Info, parts: readonly string[], isWhole = true): boolean {
    isWhole &&= !parts.some(part => this.#partial.has(part));
    if (isWhole) things.set(url, { info, parts });
    else this.#partial.add(url);
    return isWhole;
  }

  /**
   * Calls `take` for every member of a group as soon as its page arrives. Never throws.
   * @param pages - the URLs of the group's pages are added to it.
   * @returns whether all went well.
   */
  async each(
    group: string | undefined,
    take: (edge: string) => Promise<void> | undefined,
    pages?: Set<string>,
  ): Promise<boolean> {
    if (group === undefined) return true;
    let whole = true;
    const lose = (url: string, error: unknown): void => {
      whole = false;
      this.#lose(url, error);
    };
    const taking: Promise<void>[] = [];
    try {
      for await (const page of this.#graph.pages(group, pages)) await this.#begin(page, take, lose, taking, group);
    } catch (error) {
      lose(group, error);
    }
    await Promise.all(taking);
    return whole;
  }

  /** Calls `take` for all of `urls`, members of a group. Never throws. */
  async all(urls: readonly string[], take: (url: string) => Promise<void>, group: string | undefined): Promise<void> {
    const taking: Promise<void>[] = [];
    await this.#begin(urls, take, (url, error) => this.#lose(url, error), taking, group);
    await Promise.all(taking);
  }

  async #begin(
    urls: readonly string[],
    take: (url: string) => Promise<void> | undefined,
    lose: (url: string, error: unknown) => void,
    taking: Promise<void>[],
    group: string | undefined,
  ): Promise<void> {
    for (let i = 0; i < urls.length; i++) {
      const url = urls[i];
      const pause = this.#pacer?.pause();
      if (pause) await pause;
      // Both are stale. Usually it is no member any more, and the server would answer 410. The group is read again.
      if (group !== undefined && !this.#graph.knows(url) && !this.#graph.knows(group)) {
        lose(url, undefined);
        continue;
      }
      const taken = take(url)?.catch(error => lose(url, error));
      if (taken) taking.push(taken);
    }
  }

  async furniture(url: string): Promise<void> {
    const { data, relations } = await this.#graph.get(url, furnitureEdge);
    const info = { url, data, product: await this.product(relations.ref) };
    if (!this.#keep(this.#known.furniture, url, info, [relations.ref])) this.#sink.lost?.(url);
    this.#sink.furniture(info);
  }

  async avatar(url: string): Promise<void> {
    const { data, relations } = await this.#graph.get(url, avatarEdge);
    const node = relations.ref;
    const person = await once(this.#people, node, () => this.#person(node));
    const info = { url, node, data, ...person, name: data.name ?? person.name };
    if (!this.#keep(this.#known.avatars, url, info, [node])) this.#sink.lost?.(url);
    this.#sink.avatar(info);
  }

  async #person(url: string): Promise<PersonInfo> {
    const known = this.#known.people.get(url);
    if (known) return known.info;
    const { data, relations } = await this.#graph.get(url, avatarDocument);
    // In the order of the edges, not in the order in which products arrive.
    const outfit: (OutfitPartInfo | undefined)[] = [];
    const parts = [relations.skeleton];
    const pages = new Set<string>();
    const [skeleton, whole] = await Promise.all([
      this.product(relations.skeleton),
      this.each(
        relations.outfit,
        async edgeUrl => {
          const place = outfit.push(undefined) - 1;
          const edge = await this.#graph.get(edgeUrl, outfitEdge);
          const { ref } = edge.relations;
          parts.push(edgeUrl, ref);
          outfit[place] = { product: await this.product(ref), joint: edge.data.joint };
        },
        pages,
      ),
    ]);
    const info = { name: data.name, height: data.height ?? defaultHeight, skeleton, outfit: outfit.flatMap(part => part ?? []) };
    this.#keep(this.#known.people, url, info, [...parts, ...pages], whole);
    return info;
  }

  product(url: string): Promise<ProductInfo> {
    return once(this.#products, url, async () => {
      const known = this.#known.products.get(url);
      if (known) return known.info;
      const { data, relations } = await this.#graph.get(url, productDocument);
      const found: (ResourceInfo | undefined)[] = [];
      const parts: string[] = [];
      const pages = new Set<string>();
      const take = async (edgeUrl: string) => {
        const place = found.push(undefined) - 1;
        parts.push(edgeUrl);
        const edge = await this.#graph.get(edgeUrl, resourceEdge);
        const { ref, bundle } = edge.relations;
        found[place] = { ...resourceInfo(edgeUrl, edge.data, ref), ...(bundle && (await this.#bundle(bundle, edge.data))) };
      };
      const whole = await this.each(relations.resources, take, pages);
      const resources = found.flatMap(resource => resource ?? []);
      const { name, category, covers, bounds, seats } = data;
      const info = { url, name, category, covers, bounds, seats, resources };
      this.#keep(this.#known.products, url, info, [...parts, ...pages], whole);
      return info;
    });
  }

  /** Returns the place of a resource in a bundle. Undefined if that is invalid: the resource has a URL of its own too. */
  async #bundle(url: string, { at = 0, bytes }: documents.ResourceEdge['data']): Promise<Pick<ResourceInfo, 'bundle'>> {
    try {
      const { data, relations } = await this.#graph.get(url, bundleDocument);
      if (at + bytes <= data.bytes) return { bundle: { url: relations.ref, ...data, at } };
    } catch (error) {
      this.#sink.failed(url, error);
    }
    return {};
  }

  /** Reports an error once, even if many things relate to the invalid document. @param error - undefined: it is read again soon. */
  #lose(url: string, error: unknown): void {
    this.#sink.lost?.(url);
    if (error === undefined || this.#reported.has(error)) return;
    this.#reported.add(error);
    this.#sink.failed(url, error);
  }
}

function resourceInfo(url: string, data: documents.ResourceEdge['data'], ref: string): ResourceInfo {
  return {
    url: ref,
    // Mirrors are the only URLs in `data`. They are relative to the edge that names them.
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
    ...(data.painted && { painted: true }),
    ...(data.wrap || data.scroll || data.minify || data.filter === 'nearest' ? { sampling: samplingOf(data) } : {}),
  };
}

function samplingOf({ wrap, filter, minify, scroll, swing }: documents.ResourceEdge['data']): TextureSampling {
  const [wrapS, wrapT] = wrap ?? ['repeat', 'repeat'];
  return {
    wrapS,
    wrapT,
    nearest: filter === 'nearest',
    ...(minify && { minify }),
    ...(scroll && { scroll }),
    ...(swing && { swing }),
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = known.get(key);
  if (!promise) known.set(key, (promise = make()));
  return promise;
}
