import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { LONGEST_RETRY_AFTER_MS } from '../../core/retry-after.ts';
import type { ApiClient } from '../server/api-client.ts';
import { LiveError } from '../server/live-error.ts';

/** At most 5 requests a second. */
const INTERVAL_MS = 200;

/** Members of an avatar's edge. null removes a member. */
export type EdgeChange = Readonly<Record<string, unknown>>;

/**
 * Sends to the server what I do: immediately, but at most 5 times a second and one request at a time. Changes in between are merged. The
 * latest value of each member counts.
 */
export class IntentSender implements Disposable {
  readonly #api: ApiClient;
  readonly #url: string;
  readonly #clock: Clock;
  readonly #onFailed: (error: unknown) => void;
  #pending: Record<string, unknown> | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #busy = false;
  #cancel: (() => void) | undefined;
  #disposed = false;

  /** @param url - of my avatar's edge. @param onFailed - called when the server refuses. Requests without a response are sent again. */
  constructor(api: ApiClient, url: string, clock: Clock, onFailed: (error: unknown) => void) {
    this.#api = api;
    this.#url = url;
    this.#clock = clock;
    this.#onFailed = onFailed;
  }

  send(change: EdgeChange): void {
    this.#pending = { ...this.#pending, ...change };
    this.#flush();
  }

  /** Discards what was not sent. */
  dispose(): void {
    this.#disposed = true;
    this.#cancel?.();
    this.#pending = undefined;
  }

  #flush(): void {
    if (this.#busy || this.#cancel || !this.#pending || this.#disposed) return;
    const wait = this.#sentAt + INTERVAL_MS - this.#clock.now();
    if (wait > 0) this.#later(wait);
    else void this.#post(this.#pending);
  }

  #later(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#flush();
    });
  }

  async #post(data: Record<string, unknown>): Promise<void> {
    this.#busy = true;
    this.#pending = undefined;
    this.#sentAt = this.#clock.now();
    try {
      await this.#api.ask({ method: 'POST', url: this.#url, body: { data } });
    } catch (error) {
      if (this.#disposed) return;
      const lost = error instanceof LiveError && (error.status === undefined || error.status === 429 || error.status === 503);
      if (!lost) this.#onFailed(error);
      else {
        // Later changes win.
        this.#pending = { ...data, ...(this.#pending ?? {}) };
        this.#sentAt = this.#clock.now() + Math.min(error.retryAfterMs ?? 1000, LONGEST_RETRY_AFTER_MS);
      }
    } finally {
      this.#busy = false;
    }
    this.#flush();
  }
}
