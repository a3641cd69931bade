/** A browser that is no Chromium, driven through what it has of WebDriver: as much as the core of the browser tests needs. */
export interface DrivenBrowser {
  readonly name: string;
  /** Errors and warnings of the console, exceptions that nobody caught; undefined where the browser does not tell. */
  readonly problems: readonly string[] | undefined;
  open(url: string): Promise<void>;
  /** The value of an expression in the page, awaited; it must be JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses and releases a key: a character, or one of WebDriver's codes (U+E000 and on). */
  press(key: string): Promise<void>;
  /** The picture of the window, PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** Asks again and again until `isDone`; the last answer in the error where that takes too long. */
export async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean, ms = 60_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > end) throw new Error(`after ${ms} ms still ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
