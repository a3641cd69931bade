import { eitherSignal } from '../core/either-signal.ts';
import type { RoomFloor } from './floor/room-floor.ts';
import { type LiveContext, newKey, roomGroup } from './live-context.ts';
import type { EnterOptions } from './live-options.ts';
import { STANDING } from './motion/guided-motion.ts';
import { IntentSender } from './motion/intent-sender.ts';
import { MyAvatar } from './motion/my-avatar.ts';
import type { OutfitEdits } from './outfit-edits.ts';
import type { KnownPerson, People } from './people.ts';
import type { Person } from './person.ts';
import type { Entrance } from './server/entrance.ts';
import { LiveError } from './server/live-error.ts';
import type { RoomUpdates } from './updates/room-updates.ts';

/** The server removes a visitor this long after their stream was cut, ms. After a cut of less than half, a moderator removed them. */
const LEASE_MS = 15_000;

export interface MyPresenceOptions {
  readonly context: LiveContext;
  readonly people: People;
  readonly entrance: Entrance;
  readonly outfits: OutfitEdits;
  readonly floor: RoomFloor;
  readonly updates: Pick<RoomUpdates, 'reconnect' | 'cutFor' | 'refused'>;
}

/** My own presence in the room: enters, moves my avatar, comes back after a long cut of the network, and leaves. */
export class MyPresence {
  readonly #options: MyPresenceOptions;
  /** The options that I entered with. Undefined while I watch. */
  #entered: EnterOptions | undefined;
  #entering = false;
  /** Milliseconds of the clock until when a report that I left is because the page went out of sight. I come back then. */
  #awayUntil = Number.NEGATIVE_INFINITY;
  /** URL of my avatar's edge. */
  #edge: string | undefined;
  #avatar: MyAvatar | undefined;

  constructor(options: MyPresenceOptions) {
    this.#options = options;
  }

  /** My own person. Undefined while I watch. */
  get me(): Person | undefined {
    return this.#edge === undefined ? undefined : this.#options.people.byUrl.get(this.#edge);
  }

  /** Moves my avatar. Undefined while I watch. */
  get avatar(): MyAvatar | undefined {
    return this.#avatar;
  }

  /** Whether I entered and have not left. */
  get entered(): boolean {
    return this.#entered !== undefined;
  }

  /** Prepares what entering needs: the entry point and the map. */
  async prepare(): Promise<void> {
    const { entrance, floor, context } = this.#options;
    await entrance.entry(context.signal);
    await floor.prepare();
  }

  /** `LiveRoom.prepareToEnter` */
  async prepareToEnter(options: Partial<EnterOptions>): Promise<void> {
    const { context, floor, entrance } = this.#options;
    if (this.#entering || this.#entered) return;
    const signal = options.signal ? eitherSignal(options.signal, context.signal) : context.signal;
    const dress = async () => {
      const node = await entrance.admitNew(options.name, signal);
      if (node !== undefined) await this.#wear(node, options.avatar, signal);
    };
    await Promise.all([dress(), floor.prepare()]);
  }

  /** `LiveRoom.enter` */
  async enter(options: EnterOptions): Promise<Person> {
    const { context } = this.#options;
    const signal = options.signal ? eitherSignal(options.signal, context.signal) : context.signal;
    this.#entering = true;
    try {
      // A session that was prepared long ago may have ended.
      const me = await this.#withSession(() => this.#enter(options, signal));
      this.#entered = options;
      return me;
    } finally {
      this.#entering = false;
    }
  }

  /** Does something in my session. Where the session has ended (401), forgets it and does it once more, in a new one. */
  async #withSession<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof LiveError && error.status === 401)) throw error;
      await this.#options.entrance.forget();
      return act();
    }
  }

  async #enter(options: EnterOptions, signal: AbortSignal): Promise<Person> {
    const { context, floor } = this.#options;
    // The map is built while the server creates the guest.
    const [node] = await Promise.all([this.#dress(options, signal), floor.prepare()]);
    return this.#comeIn(node, floor.entrance(context.random), signal);
  }

  /** Gives me a name and a body. @returns URL of my avatar. */
  async #dress({ name, avatar }: Partial<EnterOptions>, signal: AbortSignal): Promise<string> {
    const node = await this.#options.entrance.admit(name, signal);
    await this.#wear(node, avatar, signal);
    return node;
  }

  async #wear(node: string, avatar: string | undefined, signal: AbortSignal): Promise<void> {
    const { context, outfits } = this.#options;
    if (avatar !== undefined) await outfits.copy(node, new URL(avatar, context.session.url).href, signal);
  }

  /** `LiveRoom.leave` */
  async leave(): Promise<void> {
    const edge = this.#edge;
    this.#entered = undefined;
    this.#stopBeingMe();
    if (edge !== undefined) await this.#options.context.api.ask({ method: 'DELETE', url: edge, keepalive: true });
  }

  /** The page goes out of sight, perhaps for good: others must not see me stand there. `show` brings me back. */
  async hide(): Promise<void> {
    const { context, entrance } = this.#options;
    if (this.#edge !== undefined) this.#awayUntil = Number.POSITIVE_INFINITY;
    const rested = entrance.rest();
    if (this.#edge !== undefined) await context.api.ask({ method: 'DELETE', url: this.#edge, keepalive: true });
    await rested;
  }

  /** The page is in sight again. I come back when the update stream reports that I left. */
  show(): void {
    // The request to leave may have been lost. Then I never left, and whoever removes me later is a moderator.
    this.#awayUntil = Math.min(this.#awayUntil, this.#options.context.clock.now() + LEASE_MS);
  }

  /** Somebody entered, perhaps me. */
  joined(person: KnownPerson): void {
    if (person.url === this.#edge) this.#become(person);
  }

  /** Somebody left or was removed, perhaps me. */
  left(person: KnownPerson): void {
    if (person.url !== this.#edge) return;
    this.#stopBeingMe();
    const { updates, context } = this.#options;
    const wasAway = context.clock.now() < this.#awayUntil;
    this.#awayUntil = Number.NEGATIVE_INFINITY;
    // My lease ended after a long cut, or with my session: I come back. Otherwise a moderator removed me.
    const leaseEnded = wasAway || updates.refused || updates.cutFor > LEASE_MS / 2;
    if (!leaseEnded) this.#entered = undefined;
    if (!this.#entered) return;
    const entered = this.#entered;
    // Another tab may have taken my session while the page was out of sight: then I come back as a new guest.
    let isKnown = !wasAway && !updates.refused;
    const comeBack = () => {
      const node = isKnown ? person.node : undefined;
      isKnown = false;
      return this.#comeBack(person, entered, node);
    };
    void this.#withSession(comeBack).catch(error => context.events.emit('failed', { error }));
  }

  /** @param known - URL of my avatar. Undefined: the server says who I am now, perhaps a new guest. */
  async #comeBack(before: KnownPerson, { name, avatar }: EnterOptions, known: string | undefined): Promise<void> {
    const { context, entrance } = this.#options;
    const { signal } = context;
    const { elements } = before.avatar.group.matrix;
    const half = Math.atan2(elements[8], elements[10]) / 2;
    const rotation = [0, Math.sin(half), 0, Math.cos(half)];
    const position = [elements[12], elements[13], elements[14]];
    const node = known ?? (await entrance.admit(name, signal));
    if (node !== before.node) await this.#wear(node, avatar, signal);
    await this.#comeIn(node, { position, rotation }, signal);
  }

  async #comeIn(node: string, place: object, signal: AbortSignal): Promise<Person> {
    const { context, updates } = this.#options;
    const { session, api, random } = context;
    const url = await roomGroup(session, 'avatars');
    const body = { relations: { ref: node }, data: { ...place, animation: STANDING } };
    const asked = { method: 'POST', url, body, idempotencyKey: newKey(random), signal } as const;
    const { url: edge, documents, base } = await api.ask(asked);
    this.#edge = edge;
    // From now on, the stream must carry my credentials: it keeps me in the room.
    updates.reconnect();
    session.graph.take([edge, url], documents, base);
    return this.#present(edge, signal);
  }

  /** Resolves when the room shows the person at an edge. */
  #present(edge: string, signal: AbortSignal): Promise<Person> {
    const { people, context } = this.#options;
    const there = people.byUrl.get(edge);
    if (there) {
      this.#become(there);
      return Promise.resolve(there);
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        stop();
        reject(signal.reason);
      };
      const stop = context.events.on('join', ({ person }) => {
        if (person.url !== edge) return;
        stop();
        signal.removeEventListener('abort', abort);
        resolve(person);
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #become(person: KnownPerson): void {
    if (person.isMe) return;
    person.isMe = true;
    const { context, people, floor } = this.#options;
    const { api, clock, random, serverClock, events } = context;
    this.#avatar = new MyAvatar({
      ...{ me: person, random, clock: serverClock },
      sender: new IntentSender(api, person.url, clock, error => events.emit('failed', { error })),
      motion: people.motionOf(person),
      floor: () => floor.map,
    });
    events.emit('me', undefined);
  }

  #stopBeingMe(): void {
    const { people, context } = this.#options;
    const me = this.#edge === undefined ? undefined : people.byUrl.get(this.#edge);
    if (me) me.isMe = false;
    this.#avatar?.dispose();
    this.#avatar = undefined;
    this.#edge = undefined;
    context.events.emit('me', undefined);
  }
}
