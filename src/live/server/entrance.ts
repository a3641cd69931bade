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

/** The links of the server's entry point. URLs are absolute. */
export interface Entry {
  readonly rooms: string | undefined;
  readonly avatars: string | undefined;
  readonly products: string | undefined;
  readonly session: string | undefined;
  /** My avatar. Undefined without a session. */
  readonly me: string | undefined;
}

/** Reads the API's entry point, and creates a guest for the visitor. */
export class Entrance {
  readonly #api: ApiClient;
  readonly #url: string;
  readonly #tab: TabSession | undefined;
  #entry: Entry | undefined;
  /** Requests run one after the other, because two at once would create two guests. */
  #last: Promise<unknown> = Promise.resolve();
  #admitted = false;
  /** Whether this visit created the guest. */
  #made = false;
  /** The name that the server knows. Undefined: none was sent. */
  #name: string | undefined;

  /**
   * @param url - absolute, of the entry point.
   * @param tab - the session of this tab. Undefined if the app has its own token.
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
   * Creates a guest if there is no session, and gives it a name. Sends no request if that was done before.
   * @param name - undefined before the visitor has chosen one. The server then names a new guest, and a known one keeps its name.
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
      throw new LiveError("nobody can enter: the server's entry point names no session", { url: this.#url });
    const body = { data: name === undefined ? {} : { name } };
    const { document: answer, base } = await this.#api.ask({ method: 'POST', url: session, body, signal });
    const read = v.safeParse(sessionDocument, answer);
    if (own === 'none' && this.#tab && !this.#admitted) {
      const token = read.success ? read.output.data.token : undefined;
      if (token === undefined) {
        // The server gives pages no token, so all tabs share one person.
        this.#tab.useCookie();
        // The entry point was read without credentials.
        this.#entry = undefined;
        return this.#admit(name, signal);
      }
      this.#tab.remember(token);
      this.#api.sendBy({ token });
    }
    const told = v.safeParse(v.object({ relations: v.object({ me: url }) }), answer);
    this.#entry = told.success
      ? { ...(await this.entry(signal)), me: new URL(told.output.relations.me, base).href }
      : await this.#read(signal);
    if (this.#entry.me === undefined)
      throw new LiveError('the server created no avatar for the guest, or the browser stored no cookie', { url: this.#url });
    this.#made ||= me === undefined;
    this.#admitted = true;
    this.#name = name;
    return this.#entry.me;
  }

  /** Releases the session while the page is out of sight, so that another tab may use it. The next `admit` chooses again. */
  async rest(): Promise<void> {
    if (!this.#tab) return;
    this.#forgetAnswers();
    await this.#tab.rest();
  }

  /** Forgets a session that the server no longer knows. */
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

  /** Chooses between the cookie and this tab's own guest. */
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
    const { document, base } = await this.#api.ask({ url: this.#url, signal });
    const { relations } = check(this.#url, document, entryDocument);
    const absolute = (link: string | undefined) => (link === undefined ? undefined : new URL(link, base).href);
    const { rooms, avatars, products, session, me } = relations;
    return {
      rooms: absolute(rooms),
      avatars: absolute(avatars),
      products: absolute(products),
      session: absolute(session),
      me: absolute(me),
    };
  }

  /** Reads the roles of the session. Returns none if they are not available. */
  async roles(signal?: AbortSignal): Promise<readonly string[]> {
    const { session } = await this.entry(signal);
    if (session === undefined) return [];
    try {
      const { document } = await this.#api.ask({ url: session, signal });
      const { data } = check(session, document, sessionDocument);
      return [...(data.roles ?? []), ...(data.role === undefined ? [] : [data.role])];
    } catch {
      return [];
    }
  }
}
