/** Decides who this tab is, so that two tabs of one browser are two people. */

/** The part of `navigator.locks` that is used. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: object | null) => Promise<void> | undefined,
  ): Promise<unknown>;
}

export interface TabSessionOptions {
  /** `navigator.locks`. Undefined if the browser has none (plain http, old browsers). Every tab uses the cookie then. */
  readonly locks: TabLocks | undefined;
  /** `sessionStorage`. Undefined if it is denied. A tab is a new guest after each reload then. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
}

/**
 * All tabs of an origin share the session cookie. The first tab that enters uses it, and holds a lock while it lives. Any other tab gets a
 * guest of its own, whose token it keeps in `sessionStorage`. A duplicated tab has a copy of that storage, so a token has a lock too.
 */
export class TabSession {
  readonly #options: TabSessionOptions;
  readonly #releases: (() => void)[] = [];
  readonly #key: string;
  #choice: Promise<'cookie' | { readonly token: string | undefined }> | undefined;
  /** Token that this tab used before `rest`. The tab stays the same guest if it can. */
  #before: string | undefined;

  /** @param api - URL of the server's entry point. */
  constructor(api: string, options: TabSessionOptions = browserTab()) {
    this.#key = `foyer:guest ${api}`;
    this.#options = options;
  }

  /** Resolves with `cookie` if this tab may use it, otherwise with the token of its own guest. Undefined: the guest must be created. */
  choose(): Promise<'cookie' | { readonly token: string | undefined }> {
    this.#choice ??= this.#choose();
    return this.#choice;
  }

  /** Remembers this tab's own guest. */
  remember(token: string): void {
    this.#choice = Promise.resolve({ token });
    void this.#hold(`${this.#key} ${token}`);
    try {
      this.#options.storage?.setItem(this.#key, token);
    } catch {
      // Full or denied: the tab is a new guest after a reload.
    }
  }

  /** Forgets this tab's own guest, which the server no longer knows. The next `choose` chooses again. */
  async forget(): Promise<void> {
    this.#before = undefined;
    const choice = await this.#choice;
    if (choice === undefined || choice === 'cookie' || choice.token === undefined) return;
    try {
      this.#options.storage?.removeItem(this.#key);
    } catch {
      // Denied: nothing was kept there either.
    }
    this.#choice = undefined;
  }

  /** Uses the cookie after all, because the server gives pages no token. */
  useCookie(): void {
    this.#choice = Promise.resolve('cookie');
  }

  /** Releases the locks while the page is out of sight. Browsers do not keep a page that holds one for `Back`. The next `choose` chooses again. */
  async rest(): Promise<void> {
    const choice = this.#choice;
    this.#choice = undefined;
    this.dispose();
    const who = await choice;
    // A lock that was requested before has arrived by now.
    if (!this.#choice) this.dispose();
    if (who !== undefined) this.#before = who === 'cookie' ? undefined : who.token;
  }

  /** Releases the locks, so that another tab may use this one's session. */
  dispose(): void {
    for (const release of this.#releases.splice(0)) release();
  }

  async #choose(): Promise<'cookie' | { readonly token: string | undefined }> {
    const before = this.#before;
    if (before !== undefined && (await this.#hold(`${this.#key} ${before}`))) return { token: before };
    if (await this.#hold(this.#key)) return 'cookie';
    const token = this.#stored();
    return { token: token !== undefined && (await this.#hold(`${this.#key} ${token}`)) ? token : undefined };
  }

  #stored(): string | undefined {
    try {
      return this.#options.storage?.getItem(this.#key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns whether this tab holds the lock from now on. Without locks, every tab does. */
  #hold(name: string): Promise<boolean> {
    const { locks } = this.#options;
    if (!locks) return Promise.resolve(true);
    return new Promise(resolve => {
      const take = (lock: object | null) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<void>(release => this.#releases.push(release));
      };
      // An opaque origin has no locks. The visitor may enter anyway.
      locks.request(name, { ifAvailable: true }, take).catch(() => resolve(true));
    });
  }
}

function browserTab(): TabSessionOptions {
  const locks = globalThis.navigator?.locks as TabLocks | undefined;
  try {
    return { locks, storage: globalThis.sessionStorage };
  } catch {
    return { locks, storage: undefined };
  }
}
