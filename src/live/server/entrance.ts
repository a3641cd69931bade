import * as v from 'valibot';
import { check } from '../../graph/check.ts';
import type { ApiClient } from './api-client.ts';
import { LiveError } from './live-error.ts';
import type { TabSession } from './tab-session.ts';

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
  readonly #tab: TabSession | undefined;
  #entry: Entry | undefined;
  /** One after the other: two at once would make two guests. */
  #last: Promise<unknown> = Promise.resolve();
  #admitted = false;
  /** Whether this visit made the guest. */
  #made = false;
  /** The name that the server knows; undefined: it was not asked for one. */
  #name: string | undefined;

  /**
   * @param url - absolute, of the entry point.
   * @param tab - who this tab is; undefined where the app brings its own token.
   */
  constructor(api: ApiClient, url: string, tab?: TabSession) {
    this.#api = api;
    this.#url = url;
    this.#tab = tab;
  }

  /** @throws LiveError, FormatError */
  async entry(signal?: AbortSignal): Promise<Entry> {
    this.#entry ??= await this.#read(signal);
    return this.#entry;
  }

  /**
   * Makes a guest of the visitor where there is no session, and gives the guest a name. Asks nothing where that was done before.
   * @param name - undefined before the visitor has chosen one: a new guest has a name of the server's, a known one keeps theirs.
   * @returns URL of the visitor's avatar.
   * @throws LiveError, FormatError
   */
  admit(name: string | undefined, signal?: AbortSignal): Promise<string> {
    const next = this.#last.catch(() => {}).then(() => this.#admit(name, signal));
    this.#last = next;
    return next;
  }

  /**
   * Does the same before the visitor enters. It does not rename a person whom this visit did not make, because that person may be in
   * the room in another tab.
   * @returns undefined for such a person.
   * @throws LiveError, FormatError
   */
  admitNew(name: string | undefined, signal?: AbortSignal): Promise<string | undefined> {
    const next = this.#last
      .catch(() => {})
      .then(async () => {
        if (!this.#admitted) await this.#chooseSession();
        const { me } = await this.entry(signal);
        return me === undefined || this.#made ? this.#admit(name, signal) : undefined;
      });
    this.#last = next;
    return next;
  }

  async #admit(name: string | undefined, signal: AbortSignal | undefined): Promise<string> {
    const own = this.#admitted ? undefined : await this.#chooseSession();
    const { me, session } = await this.entry(signal);
    const isAdmitted = this.#admitted && (name === undefined || name === this.#name);
    if (me !== undefined && (session === undefined || isAdmitted)) return me;
    if (session === undefined)
      throw new LiveError('the server lets nobody in: its entry point names no session', { url: this.#url });
    const body = { data: name === undefined ? {} : { name } };
    const { url: at, documents } = await this.#api.ask({ method: 'POST', url: session, body, signal });
    const answer = documents[at] ?? documents[session];
    const read = v.safeParse(sessionDocument, answer);
    if (own === 'none' && this.#tab && !this.#admitted) {
      const token = read.success ? read.output.data.token : undefined;
      if (token === undefined) {
        // A server that gives pages no token: the tabs share one person.
        this.#tab.useCookie();
        // It was read as a stranger.
        this.#entry = undefined;
        return this.#admit(name, signal);
      }
      this.#tab.remember(token);
      this.#api.sendBy({ token });
    }
    const told = v.safeParse(v.object({ relations: v.object({ me: url }) }), answer);
    this.#entry = told.success
      ? { ...(await this.entry(signal)), me: new URL(told.output.relations.me, session).href }
      : await this.#read(signal);
    if (this.#entry.me === undefined)
      throw new LiveError('the server made no avatar for the guest, or the browser keeps no cookie of it', { url: this.#url });
    this.#made ||= me === undefined;
    this.#admitted = true;
    this.#name = name;
    return this.#entry.me;
  }

  /** The page is out of sight: another tab may use this one's session. `admit` chooses one anew. */
  async rest(): Promise<void> {
    if (!this.#tab) return;
    this.#forgetAnswers();
    await this.#tab.rest();
  }

  /** Forgets the session: the server knows it no more. */
  async forget(): Promise<void> {
    this.#forgetAnswers();
    await this.#tab?.forget();
  }

  #forgetAnswers(): void {
    this.#entry = undefined;
    this.#admitted = false;
    this.#made = false;
    this.#name = undefined;
  }

  /** Chooses between the cookie and a guest of this tab's own. */
  async #chooseSession(): Promise<'cookie' | 'none' | { readonly token: string } | undefined> {
    const choice = await this.#tab?.choose();
    if (choice === undefined) return undefined;
    const by = choice === 'cookie' ? choice : choice.token === undefined ? 'none' : { token: choice.token };
    this.#api.sendBy(by);
    // What was read with the cookie names somebody else's avatar.
    if (by !== 'cookie') this.#entry = undefined;
    return by;
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
