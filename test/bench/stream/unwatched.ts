import type { Browser } from 'playwright';

/** The part of Chrome's DevTools protocol that is used here; Playwright's types leave out what is deprecated. */
interface Protocol {
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  on(event: string, listen: (event: { readonly sessionId: string; readonly message: string }) => void): void;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly type?: string;
    readonly args?: readonly { readonly value?: unknown; readonly description?: string }[];
    readonly exceptionDetails?: Exception;
  };
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: Exception };
  readonly error?: { readonly message: string };
}

interface Exception {
  readonly text: string;
  readonly exception?: { readonly description?: string };
}

/**
 * Pages whose network traffic nobody watches. Playwright listens to every request and every chunk of every page that it knows: at
 * 100 Mbit/s that was 40 % of the processor time of a visit (two cores, 330 files: 5.0 s of all processes, 3.0 without), and the machine the limit
 * for all contestants, which no user's browser has. So these pages are made, and talked to, past it.
 */
export class UnwatchedContext {
  readonly #protocol: Protocol;
  readonly #id: string;

  /** A fresh profile: nothing cached, no connections. */
  static async open(browser: Browser): Promise<UnwatchedContext> {
    const protocol = (await browser.newBrowserCDPSession()) as unknown as Protocol;
    const { browserContextId } = await protocol.send('Target.createBrowserContext');
    return new UnwatchedContext(protocol, browserContextId as string);
  }

  private constructor(protocol: Protocol, id: string) {
    this.#protocol = protocol;
    this.#id = id;
  }

  /** Goes to `url`, whatever certificate it has. Resolves at once. */
  async open(url: string, { width, height } = { width: 1280, height: 720 }): Promise<UnwatchedPage> {
    const target = { url: 'about:blank', browserContextId: this.#id };
    const { targetId } = await this.#protocol.send('Target.createTarget', target);
    const { sessionId } = await this.#protocol.send('Target.attachToTarget', { targetId, flatten: false });
    const page = new UnwatchedPage(this.#protocol, targetId as string, sessionId as string);
    await page.send('Security.setIgnoreCertificateErrors', { ignore: true });
    await page.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await page.send('Runtime.enable');
    await page.send('Page.navigate', { url });
    return page;
  }

  async close(): Promise<void> {
    await this.#protocol.send('Target.disposeBrowserContext', { browserContextId: this.#id });
  }
}

export class UnwatchedPage {
  readonly #protocol: Protocol;
  readonly #targetId: string;
  readonly #sessionId: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  constructor(protocol: Protocol, targetId: string, sessionId: string) {
    this.#protocol = protocol;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
    protocol.on('Target.receivedMessageFromTarget', event => {
      if (event.sessionId === sessionId) this.#take(JSON.parse(event.message) as Answer);
    });
  }

  /**
   * What `run` returns, or its promise resolves to, in the page.
   * @param run - knows nothing but `argument` and the page's globals. Both ways plain JSON.
   * @throws Error for what it throws.
   */
  async evaluate<Argument, Result>(run: (argument: Argument) => Result, argument: Argument): Promise<Awaited<Result>> {
    const expression = `(${run})(${JSON.stringify(argument) ?? 'undefined'})`;
    const { result } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (result?.exceptionDetails) throw new Error(describe(result.exceptionDetails));
    return result?.result?.value as Awaited<Result>;
  }

  async close(): Promise<void> {
    await this.#protocol.send('Target.closeTarget', { targetId: this.#targetId });
  }

  async send(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>(resolve => this.#waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await this.#protocol.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message });
    const answer = await answered;
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }

  #take(answer: Answer): void {
    const { id, method, params } = answer;
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    } else if (method === 'Runtime.exceptionThrown' && params?.exceptionDetails)
      console.error(`page: ${describe(params.exceptionDetails)}`);
    else if (method === 'Runtime.consoleAPICalled' && params?.type === 'error')
      console.error(`page: ${params.args?.map(({ value, description }) => description ?? value).join(' ')}`);
  }
}

function describe({ text, exception }: Exception): string {
  return exception?.description ?? text;
}
