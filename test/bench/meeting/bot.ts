import type { Random } from '../../../src/core/random.ts';

/** A visitor of a live room without a screen: real HTTP, one stream, and what people do. */

type Json = Record<string, unknown>;
export type Deed = 'walk' | 'dress' | 'speak' | 'gesture' | 'leave';

interface Options {
  /** Of the server, without a slash at the end. */
  readonly url: string;
  /** URL of the room. */
  readonly room: string;
  readonly name: string;
  readonly random: Random;
}

export class Bot {
  readonly #options: Options;
  #cookie = '';
  #me = '';
  #edge: string | undefined;
  #stream = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #at: [number, number, number] = [0, 0, 4];
  readonly #worn: string[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  /** Comes in where it is out, once what it was doing is done. */
  comeIn(): Promise<void> {
    return this.#afterLast(async () => {
      if (!this.#edge) await this.enter();
    });
  }

  /** Makes a session, listens and comes in. */
  async enter(): Promise<void> {
    const { url, room, name } = this.#options;
    if (this.#me === '') {
      const response = await this.#patiently(() => fetch(`${url}/api/session`, this.#init('POST', { data: { name } })));
      this.#cookie = (response.headers.get('set-cookie') ?? '').split(';', 1)[0];
      const { denormalized } = (await response.json()) as { denormalized: Record<string, { relations: { me: string } }> };
      this.#me = Object.values(denormalized)[0].relations.me;
    }
    this.#stream = new AbortController();
    void this.#listen(this.#stream.signal);
    this.#at = this.#place();
    const data = { position: this.#at, animation: 'idle' };
    const body = { relations: { ref: this.#me }, data };
    const response = await this.#patiently(() => fetch(`${room}/avatars`, this.#init('POST', body)));
    if (!response.ok) throw new Error(`${name} cannot enter: ${response.status} ${await response.text()}`);
    this.#edge = response.headers.get('location') ?? undefined;
    await response.arrayBuffer();
  }

  /** Does something; who is not in comes in. @param products - what there is to wear. */
  act(deed: Deed, products: readonly string[]): Promise<void> {
    return this.#afterLast(() => this.#act(deed, products));
  }

  /** One thing after the other: who comes in while it is still leaving would lose the stream that keeps it in. */
  #afterLast(action: () => Promise<void>): Promise<void> {
    const done = this.#last.then(action);
    this.#last = done.catch(() => {});
    return done;
  }

  async #act(deed: Deed, products: readonly string[]): Promise<void> {
    if (!this.#edge) return this.enter();
    const { random, room } = this.#options;
    if (deed === 'walk') {
      const to = this.#place();
      const path = [this.#at, to];
      this.#at = to;
      await this.#post(this.#edge, { data: { path, speed: 1.6, animation: 'walk' } });
    } else if (deed === 'gesture') await this.#post(this.#edge, { data: { animation: random() < 0.5 ? 'dance' : 'clap' } });
    else if (deed === 'speak') {
      const text = `${this.#options.name} says ${random().toFixed(6)}`;
      await this.#post(`${room}/messages`, { data: { text }, relations: { ref: this.#me } });
    } else if (deed === 'dress') await this.#dress(products);
    else await this.leave();
  }

  async leave(): Promise<void> {
    if (!this.#edge) return;
    const edge = this.#edge;
    this.#edge = undefined;
    await (await fetch(edge, this.#init('DELETE'))).arrayBuffer();
    this.#stream.abort();
  }

  /** A server that is overloaded for a moment asks to be asked again. */
  async #patiently(ask: () => Promise<Response>): Promise<Response> {
    for (let tries = 0; ; tries++) {
      const response = await ask();
      if ((response.status !== 503 && response.status !== 429) || tries >= 20) return response;
      await response.arrayBuffer();
      await new Promise(done => setTimeout(done, 1000 * Number(response.headers.get('retry-after') ?? 1)));
    }
  }

  async #dress(products: readonly string[]): Promise<void> {
    const product = products[Math.floor(this.#options.random() * products.length)];
    if (product === undefined) return;
    const made = await fetch(`${this.#me}/outfit`, this.#init('POST', { relations: { ref: product } }));
    await made.arrayBuffer();
    const edge = made.headers.get('location');
    if (made.ok && edge) this.#worn.push(edge);
    const before = this.#worn.length > 1 ? this.#worn.shift() : undefined;
    if (before) await (await fetch(before, this.#init('DELETE'))).arrayBuffer();
  }

  async #post(url: string, body: Json): Promise<void> {
    const response = await fetch(url, this.#init('POST', body));
    await response.arrayBuffer();
    // It was taken out after a pause of this process: it comes back.
    if (response.status === 410 || response.status === 404) this.#edge = undefined;
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { url, room } = this.#options;
    const queue = `${url}/api/updates/room/${room.slice(room.lastIndexOf('/') + 1)}`;
    try {
      const response = await fetch(queue, { headers: { accept: 'text/event-stream', cookie: this.#cookie }, signal });
      const reader = response.body?.getReader();
      while (reader && !(await reader.read()).done);
    } catch {
      // It left, or the bench is over.
    }
  }

  #place(): [number, number, number] {
    const { random } = this.#options;
    return [-0.5 + 4.5 * random(), 0.028, -4 + 3 * random()];
  }

  #init(method: string, body?: Json): RequestInit {
    const headers: Record<string, string> = { cookie: this.#cookie };
    if (body) headers['content-type'] = 'application/json';
    return body ? { method, headers, body: JSON.stringify(body) } : { method, headers };
  }
}
