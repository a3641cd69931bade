import type { Disposable } from '../../core/disposal.ts';
import { roomDocument } from '../../graph/room-documents.ts';
import type { RoomChange } from '../../room/documents/room-info.ts';
import type { LiveContext } from '../live-context.ts';
import type { LiveFetch } from '../server/api-client.ts';
import type { StreamState, UpdateListener } from './update-events.ts';
import { UpdateStream } from './update-stream.ts';

export interface RoomUpdatesOptions {
  readonly fetch?: LiveFetch | undefined;
  /** Reserves a connection to the origin of this URL. @returns gives it back. */
  readonly reserve?: ((url: string) => () => void) | undefined;
  /** URLs are absolute. */
  readonly listener: Pick<UpdateListener, 'presence' | 'message' | 'state'>;
  /** Documents changed and the room shows their new versions. URLs of the documents, and what changed in the room. */
  readonly onRenewed: (urls: readonly string[], change: RoomChange) => void;
}

/** Follows one room: finds its queue of updates, keeps a stream open, and hands stale documents to the room's graph. */
export class RoomUpdates implements Disposable {
  readonly #context: LiveContext;
  readonly #options: RoomUpdatesOptions;
  readonly #stops: (() => void)[] = [];
  #stream: UpdateStream | undefined;
  #state: StreamState = 'off';
  /** Documents that are stale until the room shows their new versions. */
  #stale = new Set<string>();
  #paused = false;
  #cutAt = Number.NaN;
  #cutFor = 0;

  constructor(context: LiveContext, options: RoomUpdatesOptions) {
    this.#context = context;
    this.#options = options;
    const { graph, events } = context.session;
    this.#stops.push(
      events.on('changed', change => this.#renewed(change)),
      graph.events.on('stale', ({ urls }) => {
        for (const url of urls) this.#stale.add(url);
      }),
    );
    void this.#findQueue();
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Milliseconds that the latest cut of the stream lasted; 0 before the first. */
  get cutFor(): number {
    return this.#cutFor;
  }

  /** Whether the server refused my token, so that the stream no longer keeps me in the room. */
  get refused(): boolean {
    return this.#stream?.refused ?? false;
  }

  reconnect(): void {
    this.#stream?.reconnect();
  }

  /** Closes the stream until `resume`. Nothing is missed: it continues at the same position. */
  pause(): void {
    this.#paused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stream?.resume();
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#stream?.dispose();
    this.#enter('off');
  }

  /** One stream is enough: every document of the room's response names the same queue as the room itself. */
  async #findQueue(): Promise<void> {
    const { session, signal, events } = this.#context;
    const { graph, url } = session;
    try {
      const { updates: queue = graph.queues[0] } = await graph.get(url, roomDocument);
      if (queue !== undefined && !signal.aborted) this.#follow(queue);
    } catch (error) {
      events.emit('failed', { error });
    }
  }

  #follow(url: string): void {
    const { fetch: ask = (to: string, init: RequestInit) => fetch(to, init), reserve, listener } = this.#options;
    const { session, clock, random, api, serverClock, events } = this.#context;
    const giveBack = reserve?.(url);
    if (giveBack) this.#stops.push(giveBack);
    const absolute = (link: string) => (session.graph.knows(link) ? link : new URL(link, stream.base).href);
    const stream = new UpdateStream({
      ...{ url, fetch: ask, clock, random, api, serverClock },
      after: session.position,
      listener: {
        stale: ({ urls, denormalized }) => session.graph.take(urls, denormalized, stream.base),
        presence: event => listener.presence({ ...event, avatar: absolute(event.avatar) }),
        message: event => listener.message({ ...event, url: absolute(event.url), avatar: absolute(event.avatar) }),
        reset: () => session.graph.reset(),
        state: state => this.#enter(state),
        failed: error => events.emit('failed', { error }),
      },
    });
    this.#stream = stream;
    if (this.#paused) stream.pause();
    this.#enter(stream.state);
  }

  #enter(state: StreamState): void {
    if (state === this.#state) return;
    const now = this.#context.clock.now();
    if (this.#state === 'connected') this.#cutAt = now;
    if (state === 'connected' && !Number.isNaN(this.#cutAt)) this.#cutFor = now - this.#cutAt;
    this.#state = state;
    this.#options.listener.state(state);
  }

  #renewed(change: RoomChange): void {
    const urls = [...this.#stale];
    this.#stale = new Set();
    this.#options.onRenewed(urls, change);
  }
}
