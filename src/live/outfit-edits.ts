import type { GraphClient } from '../graph/graph-client.ts';
import { avatarDocument, outfitEdge, productDocument } from '../graph/room-documents.ts';
import type { OutfitChange } from '../room/avatars/outfit-change-queue.ts';
import type { ApiClient } from './server/api-client.ts';

interface OutfitEdgeAt {
  readonly url: string;
  readonly product: string;
  readonly category: string | undefined;
}

/** Writes what my avatar wears: its outfit's edges. */
export class OutfitEdits {
  readonly #api: ApiClient;
  readonly #graph: GraphClient;
  readonly #newKey: () => string;
  /** One change after the other: each begins with what the one before left. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param newKey - makes an `Idempotency-Key`. */
  constructor(api: ApiClient, graph: GraphClient, newKey: () => string) {
    this.#api = api;
    this.#graph = graph;
    this.#newKey = newKey;
  }

  /** @param node - URL of my avatar. @param base - what the products' URLs are relative to. @throws LiveError, FormatError */
  change(node: string, change: OutfitChange, base: string, signal?: AbortSignal): Promise<void> {
    const next = this.#last.catch(() => {}).then(() => this.#write(node, change, base, signal));
    this.#last = next;
    return next;
  }

  /** Wears what another avatar wears: its body. @param model - URL of that avatar. @throws LiveError, FormatError */
  async copy(node: string, model: string, signal?: AbortSignal): Promise<void> {
    const [mine, theirs] = await Promise.all([this.#graph.get(node, avatarDocument), this.#graph.get(model, avatarDocument)]);
    const { skeleton } = theirs.relations;
    if (mine.relations.skeleton !== skeleton)
      await this.#api.ask({ method: 'POST', url: node, body: { relations: { skeleton } }, signal });
    const [worn, wanted] = await Promise.all([this.#edges(mine.relations.outfit), this.#wanted(theirs.relations.outfit)]);
    const adds = wanted.filter(({ ref }) => !worn.some(({ product }) => product === ref));
    const drops = worn.filter(({ product }) => !wanted.some(({ ref }) => ref === product));
    await this.#send(mine.relations.outfit, adds, drops, signal);
  }

  async #write(node: string, { on = [], off = [], joint }: OutfitChange, base: string, signal?: AbortSignal): Promise<void> {
    const { outfit } = (await this.#graph.get(node, avatarDocument)).relations;
    const worn = await this.#edges(outfit);
    const added = await Promise.all(
      on.map(async url => {
        const absolute = new URL(url, base).href;
        const { data } = await this.#graph.get(absolute, productDocument);
        return { ref: absolute, joint, category: data.category };
      }),
    );
    const gone = off.flatMap(name => (URL.canParse(name, base) ? [name, new URL(name, base).href] : [name]));
    const drops = worn.filter(
      ({ product, category }) =>
        gone.includes(product) ||
        (category !== undefined &&
          (gone.includes(category) || added.some(add => add.category === category && add.ref !== product))),
    );
    const adds = added.filter(({ ref }) => !worn.some(({ product }) => product === ref));
    await this.#send(outfit, adds, drops, signal);
  }

  /** What comes on is written before what goes off: nobody is seen without in between. */
  async #send(
    outfit: string,
    adds: readonly { readonly ref: string; readonly joint?: string | undefined }[],
    drops: readonly OutfitEdgeAt[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const add = ({ ref, joint }: (typeof adds)[number]) =>
      this.#api.ask({
        method: 'POST',
        url: outfit,
        body: { relations: { ref }, ...(joint === undefined ? {} : { data: { joint } }) },
        idempotencyKey: this.#newKey(),
        signal,
      });
    await Promise.all(adds.map(add));
    await Promise.all(drops.map(({ url }) => this.#api.ask({ method: 'DELETE', url, signal })));
  }

  async #edges(outfit: string): Promise<OutfitEdgeAt[]> {
    // The server knows best what is worn now: news of it may be on their way.
    const { documents } = await this.#api.ask({ url: outfit });
    this.#graph.take([], documents, outfit);
    const edges: OutfitEdgeAt[] = [];
    for await (const url of this.#graph.members(outfit)) {
      const { ref } = (await this.#graph.get(url, outfitEdge)).relations;
      const { data } = await this.#graph.get(ref, productDocument);
      edges.push({ url, product: ref, category: data.category });
    }
    return edges;
  }

  async #wanted(outfit: string): Promise<{ ref: string; joint: string | undefined }[]> {
    const wanted: { ref: string; joint: string | undefined }[] = [];
    for await (const url of this.#graph.members(outfit)) {
      const { data, relations } = await this.#graph.get(url, outfitEdge);
      wanted.push({ ref: relations.ref, joint: data.joint });
    }
    return wanted;
  }
}
