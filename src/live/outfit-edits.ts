import { parseUrl } from '../core/parse-url.ts';
import type { GraphClient } from '../graph/graph-client.ts';
import { avatarDocument, outfitEdge, productDocument } from '../graph/room-documents.ts';
import type { OutfitChange } from '../room/avatars/outfit-change-queue.ts';
import type { RoomSession } from '../room/room-session.ts';
import type { Person } from './person.ts';
import type { ApiClient } from './server/api-client.ts';

interface Worn {
  /** URL of the product. */
  readonly ref: string;
  readonly joint: string | undefined;
  readonly category: string | undefined;
}

/** Writes what my avatar wears. Each change is one request, so nobody sees half a change. */
export class OutfitEdits {
  readonly #api: ApiClient;
  readonly #graph: GraphClient;
  /** Changes run one after the other. Each starts from the result of the one before. */
  #last: Promise<unknown> = Promise.resolve();
  /** My avatar and the one whose body and clothes it copied last, if nothing changed since. */
  #model: string | undefined;

  constructor(api: ApiClient, graph: GraphClient) {
    this.#api = api;
    this.#graph = graph;
  }

  /** @param node - URL of my avatar. @param base - what the products' URLs are relative to. @throws LiveError, FormatError */
  change(node: string, change: OutfitChange, base: string, signal?: AbortSignal): Promise<void> {
    return this.#afterLast(() => this.#change(node, change, base, signal));
  }

  /**
   * Changes my clothes in my own picture and on the server at the same time. If either fails, I wear what I wore before.
   * @throws LiveError, LoadError or FormatError
   */
  async wear({ avatar, node }: Person, change: OutfitChange, session: RoomSession, signal?: AbortSignal): Promise<void> {
    const before = avatar.outfit;
    const seen = session.dress(avatar, change, signal).catch(error => {
      // A later change replaced this one and shows both.
      if ((error as Error).name !== 'AbortError') throw error;
    });
    try {
      await Promise.all([seen, this.change(node, change, session.url, signal)]);
    } catch (error) {
      await avatar.wear(before).catch(() => {});
      throw error;
    }
  }

  /** Takes the body and the clothes of another avatar. @param model - URL of that avatar. @throws LiveError, FormatError */
  copy(node: string, model: string, signal?: AbortSignal): Promise<void> {
    return this.#afterLast(() => this.#copy(node, model, signal));
  }

  #afterLast(write: () => Promise<void>): Promise<void> {
    const next = this.#last.catch(() => {}).then(write);
    this.#last = next;
    return next;
  }

  async #copy(node: string, model: string, signal: AbortSignal | undefined): Promise<void> {
    const key = `${node} ${model}`;
    if (this.#model === key) return;
    const { data, relations } = await this.#graph.get(model, avatarDocument);
    const { skeleton, outfit } = relations;
    const height = data.height === undefined ? {} : { data: { height: data.height } };
    await this.#write(node, { ...height, relations: { skeleton } }, await this.#edges(outfit), signal);
    this.#model = key;
  }

  async #change(node: string, { on = [], off = [], joint }: OutfitChange, base: string, signal?: AbortSignal): Promise<void> {
    const { outfit } = (await this.#graph.get(node, avatarDocument)).relations;
    // Ask the server what is worn now: updates may not have arrived yet.
    const { documents, base: from } = await this.#api.ask({ url: outfit, signal });
    this.#graph.take([], documents, from);
    const worn = await this.#edges(outfit);
    const added = await Promise.all(
      on.map(async url => {
        const ref = new URL(url, base).href;
        return { ref, joint, category: (await this.#graph.get(ref, productDocument)).data.category };
      }),
    );
    const gone = off.flatMap(name => [name, parseUrl(name, base)?.href ?? []].flat());
    const stays = ({ ref, category }: Worn) =>
      !gone.includes(ref) &&
      (category === undefined || (!gone.includes(category) && !added.some(add => add.category === category && add.ref !== ref)));
    const kept = worn.filter(stays);
    const adds = added.filter(({ ref }) => !kept.some(each => each.ref === ref));
    await this.#write(node, {}, [...kept, ...adds], signal);
  }

  async #write(node: string, body: object, outfit: readonly Worn[], signal: AbortSignal | undefined): Promise<void> {
    this.#model = undefined;
    const edges = outfit.map(({ ref, joint }) => ({ relations: { ref }, ...(joint === undefined ? {} : { data: { joint } }) }));
    const all = { ...body, edges: { outfit: edges } };
    const { documents, base } = await this.#api.ask({ method: 'POST', url: node, body: all, signal });
    this.#graph.take([], documents, base);
  }

  async #edges(outfit: string): Promise<Worn[]> {
    const edges: Worn[] = [];
    for await (const url of this.#graph.members(outfit)) {
      const { data, relations } = await this.#graph.get(url, outfitEdge);
      const product = await this.#graph.get(relations.ref, productDocument);
      edges.push({ ref: relations.ref, joint: data.joint, category: product.data.category });
    }
    return edges;
  }
}
