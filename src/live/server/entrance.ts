import * as v from 'valibot';
import { check } from '../../graph/check.ts';
import type { ApiClient } from './api-client.ts';
import { LiveError } from './live-error.ts';

const url = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const entryDocument = v.object({
  data: v.optional(v.looseObject({}), {}),
  relations: v.object({
    rooms: v.optional(url),
    avatars: v.optional(url),
    products: v.optional(url),
    session: v.optional(url),
    me: v.optional(url),
  }),
});
const sessionDocument = v.object({
  data: v.optional(
    v.object({ roles: v.optional(v.array(v.string())), role: v.optional(v.string()), token: v.optional(v.string()) }),
    {},
  ),
});

/** The server's entry point: where everything else of the API is found. URLs are absolute. */
export interface Entry {
  readonly rooms: string | undefined;
  readonly avatars: string | undefined;
  readonly products: string | undefined;
  readonly session: string | undefined;
  /** My avatar; undefined without a session. */
  readonly me: string | undefined;
}

/** Finds the API's documents, and makes a guest of a visitor. */
export class Entrance {
  readonly #api: ApiClient;
  readonly #url: string;
  #entry: Entry | undefined;

  /** @param url - absolute, of the entry point. */
  constructor(api: ApiClient, url: string) {
    this.#api = api;
    this.#url = url;
  }

  /** @throws LiveError, FormatError */
  async entry(signal?: AbortSignal): Promise<Entry> {
    this.#entry ??= await this.#read(signal);
    return this.#entry;
  }

  /**
   * The visitor's avatar; a guest of that name is made where there is no session.
   * @throws LiveError, FormatError
   */
  async admit(name: string, signal?: AbortSignal): Promise<string> {
    const { me, session } = await this.entry(signal);
    if (me !== undefined && session === undefined) return me;
    if (session === undefined)
      throw new LiveError('the server lets nobody in: its entry point names no session', { url: this.#url });
    // Makes a guest, or gives who has a session that name.
    const { url: at, documents } = await this.#api.ask({ method: 'POST', url: session, body: { data: { name } }, signal });
    const told = v.safeParse(v.object({ relations: v.object({ me: url }) }), documents[at] ?? documents[session]);
    this.#entry = told.success
      ? { ...(await this.entry(signal)), me: new URL(told.output.relations.me, session).href }
      : await this.#read(signal);
    if (this.#entry.me === undefined)
      throw new LiveError('the server made no avatar for the guest, or the browser keeps no cookie of it', { url: this.#url });
    return this.#entry.me;
  }

  async #read(signal: AbortSignal | undefined): Promise<Entry> {
    const { url: at, documents } = await this.#api.ask({ url: this.#url, signal });
    const { relations } = check(this.#url, documents[at] ?? documents[this.#url], entryDocument);
    const absolute = (link: string | undefined) => (link === undefined ? undefined : new URL(link, this.#url).href);
    const { rooms, avatars, products, session, me } = relations;
    return {
      rooms: absolute(rooms),
      avatars: absolute(avatars),
      products: absolute(products),
      session: absolute(session),
      me: absolute(me),
    };
  }

  /** Roles as the session's document tells them; none where it does not. */
  async roles(signal?: AbortSignal): Promise<readonly string[]> {
    const { session } = await this.entry(signal);
    if (session === undefined) return [];
    try {
      const { url: at, documents } = await this.#api.ask({ url: session, signal });
      const { data } = check(session, documents[at], sessionDocument);
      return [...(data.roles ?? []), ...(data.role === undefined ? [] : [data.role])];
    } catch {
      return [];
    }
  }
}
