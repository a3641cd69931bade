import * as v from 'valibot';
import { parseUrl } from '../../core/parse-url.ts';
import { check } from '../../graph/check.ts';
import { group } from '../../graph/group-schema.ts';
import type { ApiClient } from './api-client.ts';
import type { Entrance } from './entrance.ts';

const url = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const avatarNode = v.object({
  data: v.object({ name: v.optional(v.string(), ''), visitor: v.optional(v.boolean(), false) }),
  relations: v.object({ skeleton: url, outfit: url, snapshot: v.optional(url) }),
});
const productNode = v.object({
  data: v.object({
    name: v.optional(v.string(), ''),
    category: v.optional(v.string()),
    bounds: v.optional(v.object({ min: v.array(v.number()), max: v.array(v.number()) })),
  }),
  relations: v.object({ snapshot: v.optional(url) }),
});

/** An avatar that can be a visitor's body, with its clothes. */
export interface Body {
  /** What `enter({ avatar })` takes. */
  readonly url: string;
  readonly name: string;
  /** URL of a picture; `undefined` where the server makes none. */
  readonly picture: string | undefined;
}

/** A product that can be worn, or added to the room. */
export interface ShelfProduct {
  readonly url: string;
  readonly name: string;
  readonly category: string | undefined;
  readonly bounds: { readonly min: readonly number[]; readonly max: readonly number[] } | undefined;
  readonly picture: string | undefined;
}

/** Pages of a group that are read at most. */
const MOST_PAGES = 50;

/** Lists the bodies and products of the server. */
export class Catalogue {
  readonly #api: ApiClient;
  readonly #entrance: Entrance;

  constructor(api: ApiClient, entrance: Entrance) {
    this.#api = api;
    this.#entrance = entrance;
  }

  /** @throws LiveError, FormatError */
  async bodies(): Promise<Body[]> {
    const { avatars, me } = await this.#entrance.entry();
    const found = await this.#nodes(avatars, avatarNode);
    return (
      found
        // Copies of other visitors are not offered.
        .filter(({ url, document }) => url !== me && !document.data.visitor)
        .map(({ url, document: { data, relations } }) => ({ url, name: data.name, picture: absolute(relations.snapshot, url) }))
    );
  }

  /** @throws LiveError, FormatError */
  async products(): Promise<ShelfProduct[]> {
    const { products } = await this.#entrance.entry();
    return (await this.#nodes(products, productNode)).map(({ url, document: { data, relations } }) => ({
      ...{ url, name: data.name, category: data.category, bounds: data.bounds },
      picture: absolute(relations.snapshot, url),
    }));
  }

  /** Requests all nodes of a group that match `schema`. Others are left out. */
  async #nodes<Schema extends v.GenericSchema>(first: string | undefined, schema: Schema) {
    const found: { readonly url: string; readonly document: v.InferOutput<Schema> }[] = [];
    let page = first;
    for (let pages = 0; page !== undefined && pages < MOST_PAGES; pages++) {
      const { url, document: answer, base, documents } = await this.#api.ask({ url: page });
      const read = check(url, answer, group);
      for (const link of 'nodes' in read ? read.nodes : []) {
        const at = new URL(link, base).href;
        const document = documents[at] ?? (await this.#api.ask({ url: at })).document;
        const checked = v.safeParse(schema, document);
        if (checked.success) found.push({ url: at, document: checked.output });
      }
      page = absolute(read.next, base);
    }
    return found;
  }
}

function absolute(link: string | undefined, base: string): string | undefined {
  return link === undefined ? undefined : parseUrl(link, base)?.href;
}
