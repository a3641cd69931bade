import { type Clock, systemClock } from '../core/clock.ts';
import type { Disposable } from '../core/disposal.ts';
import { Emitter } from '../core/emitter.ts';
import { Pacer } from '../core/pacer.ts';
import type { Random } from '../core/random.ts';
import { messageEdge, roomDocument } from '../graph/room-documents.ts';
import type { OutfitChange } from '../room/avatars/outfit-change-queue.ts';
import type { RoomSession } from '../room/room-session.ts';
import { buildWalkable, buildWalkableInSlices } from './floor/build-walkable.ts';
import { type Seat, seatNear, seatsOf } from './floor/seats.ts';
import { nearestFree, type Walkable } from './floor/walkable.ts';
import { FurnitureEdits, type FurniturePlace, type HeldFurniture } from './furniture-edits.ts';
import type { LiveEvents } from './live-events.ts';
import { type GestureName, gestures } from './motion/gestures.ts';
import { STANDING } from './motion/guided-motion.ts';
import { IntentSender } from './motion/intent-sender.ts';
import { MyAvatar } from './motion/my-avatar.ts';
import { OutfitEdits } from './outfit-edits.ts';
import { type KnownPerson, People } from './people.ts';
import type { Message, Person } from './person.ts';
import { ApiClient, type LiveFetch } from './server/api-client.ts';
import { type Body, Catalogue, type ShelfProduct } from './server/catalogue.ts';
import { Entrance } from './server/entrance.ts';
import { LiveError } from './server/live-error.ts';
import { ServerClock } from './server/server-clock.ts';
import { TabSession } from './server/tab-session.ts';
import type { MessageEvent, StreamState } from './updates/update-events.ts';
import { UpdateStream } from './updates/update-stream.ts';

export type { Seat } from './floor/seats.ts';
export type { FurniturePlace, HeldFurniture } from './furniture-edits.ts';
export type { LiveEvents } from './live-events.ts';
export type { GestureName } from './motion/gestures.ts';
export type { Message, Person } from './person.ts';
export type { Body, ShelfProduct } from './server/catalogue.ts';
export { ConflictError, LiveError } from './server/live-error.ts';
export type { StreamState } from './updates/update-events.ts';

export interface LiveRoomOptions {
  /** URL of the API's entry point; by default `/api` on the room's origin. */
  readonly api?: string | undefined;
  /** Signed token of an embedder's own issuer, sent as `Authorization: Bearer`. Without one the server's cookie says who asks. */
  readonly token?: string | undefined;
  readonly fetch?: LiveFetch;
  readonly clock?: Clock;
  readonly random?: Random;
  /** A connection to the origin of this URL stays open: downloads must do without it. @returns gives it back. */
  readonly reserve?: (url: string) => () => void;
}

export interface EnterOptions {
  /** 1 to 40 characters. */
  readonly name: string;
  /** URL of an avatar whose body and clothes are taken: one of `bodies()`. */
  readonly avatar?: string;
  readonly signal?: AbortSignal;
}

/** What I may do here, as far as the server tells. The server decides at each request. */
export interface LiveRights {
  /** Be seen, speak, change my clothes. */
  readonly enter: boolean;
  /** Add, move and remove furniture. */
  readonly decorate: boolean;
  /** Remove people and messages, and mute people for everybody. */
  readonly moderate: boolean;
}

/** Messages of this visit that are kept. */
const MOST_MESSAGES = 500;
/** Metres from the door within which a free place is looked for. */
const DOOR = 1.5;
/** Metres from the door to where somebody who enters stands. */
const STEPS_INSIDE = 2.5;
/** Who was cut off for less than this comes back to where they were, ms; after that the server has taken them out. */
const LEASE_MS = 15_000;
const LONGEST_MESSAGE = 280;

/**
 * One visit to a room that others are in: it follows the room's documents by server-sent events, moves people as they walk, and takes part where the
 * visitor enters. It needs the contract of docs/live-rooms.md from the server, and shows no user interface.
 *
 * ```ts
 * const live = new LiveRoom(session);
 * live.events.on('message', ({ name, text }) => console.log(`${name}: ${text}`));
 * await live.enter({ name: 'Mira' });
 * live.walkTo([1, 0, 2]);
 * await live.say('Hello');
 * // each frame, before session.update:
 * live.update(seconds);
 * ```
 */
export class LiveRoom implements Disposable {
  readonly events = new Emitter<LiveEvents>();
  readonly session: RoomSession;
  readonly #options: LiveRoomOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #serverClock: ServerClock;
  readonly #api: ApiClient;
  readonly #entrance: Entrance;
  readonly #catalogue: Catalogue;
  readonly #tab: TabSession | undefined;
  readonly #furniture: FurnitureEdits;
  readonly #outfits: OutfitEdits;
  readonly #people: People;
  readonly #messages: Message[] = [];
  readonly #leaving = new AbortController();
  readonly #stops: (() => void)[] = [];
  #stream: UpdateStream | undefined;
  #state: StreamState = 'off';
  #rights: LiveRights = { enter: true, decorate: false, moderate: false };
  /** Documents that are stale until the room shows their new versions. */
  #stale = new Set<string>();
  #floor: Walkable | undefined;
  #floorKnown = false;
  /** What I entered as; undefined while I watch. */
  #entered: EnterOptions | undefined;
  /** URL of my avatar's edge. */
  #edge: string | undefined;
  #mine: MyAvatar | undefined;
  #cutAt = Number.NaN;
  #cutFor = 0;

  constructor(session: RoomSession, options: LiveRoomOptions = {}) {
    const { clock = systemClock, random = Math.random, api, token, fetch: ask } = options;
    this.session = session;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#serverClock = new ServerClock(clock);
    this.#api = new ApiClient({ clock, token, serverClock: this.#serverClock, ...(ask ? { fetch: ask } : {}) });
    const entry = new URL(api ?? '/api', session.url).href;
    this.#tab = token === undefined ? new TabSession(entry) : undefined;
    this.#entrance = new Entrance(this.#api, entry, this.#tab);
    this.#catalogue = new Catalogue(this.#api, this.#entrance);
    this.#furniture = new FurnitureEdits(this.#api);
    this.#outfits = new OutfitEdits(this.#api, session.graph, () => this.#key());
    this.#people = new People(session, this.#serverClock, {
      joined: person => this.#joined(person),
      left: person => this.#left(person),
      acted: person => this.events.emit('presence', { person }),
    });
    this.#listen();
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Everybody in the room by the URLs of their edges, those too that the room's documents put there for good. */
  get people(): ReadonlyMap<string, Person> {
    return this.#people.byUrl;
  }

  /** Me; undefined while I watch. */
  get me(): Person | undefined {
    return this.#edge === undefined ? undefined : this.#people.byUrl.get(this.#edge);
  }

  get rights(): LiveRights {
    return this.#rights;
  }

  /** What was said since I came, the latest 500, the earliest first. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Names for `gesture`. */
  get gestures(): readonly GestureName[] {
    return gestures.map(({ name }) => name);
  }

  get seats(): readonly Seat[] {
    return seatsOf(this.session);
  }

  /** Moves everybody. Every frame, before `RoomSession.update`; allocates nothing. @param seconds - since the last frame. */
  update(seconds: number): void {
    this.#mine?.step();
    this.#people.step(seconds);
  }

  /**
   * Comes in at the door under a name, in a body. Where I am in already, changes both.
   * @returns me, once I stand in the room.
   * @throws LiveError: code `room-full` where the server takes nobody in any more; the signal's reason.
   */
  async enter(options: EnterOptions): Promise<Person> {
    const signal = this.#signal(options.signal);
    // The map is made while the server makes the guest.
    const [node] = await Promise.all([this.#entrance.admit(options.name, signal), this.#prepareFloor()]);
    if (options.avatar !== undefined) await this.#outfits.copy(node, new URL(options.avatar, this.session.url).href, signal);
    const me = await this.#comeIn(node, this.#door(), signal);
    this.#entered = options;
    void this.#readRights();
    return me;
  }

  /** Goes out; watches on. Harmless where I am not in. */
  async leave(): Promise<void> {
    const edge = this.#edge;
    this.#entered = undefined;
    this.#stopBeingMe();
    if (edge !== undefined) await this.#api.ask({ method: 'DELETE', url: edge, keepalive: true });
  }

  /** @param text - 1 to 280 characters. @throws RangeError for a longer or empty one; LiveError: code `muted` where a moderator muted me. */
  async say(text: string): Promise<void> {
    const said = text.trim();
    if (said === '' || said.length > LONGEST_MESSAGE)
      throw new RangeError(`a message has 1 to ${LONGEST_MESSAGE} characters, got ${said.length}`);
    const { messages } = await this.#room();
    const { node } = this.#mustBeIn();
    const body = { data: { text: said }, relations: { ref: node } };
    const url = groupOf(messages, 'messages', this.session.url);
    await this.#api.ask({ method: 'POST', url, body, idempotencyKey: this.#key() });
  }

  /** What was said before I came, as far as the server keeps it, the earliest first. @throws LiveError, FormatError */
  async history(): Promise<Message[]> {
    const { messages } = await this.#room();
    if (messages === undefined) return [];
    const { documents } = await this.#api.ask({ url: messages });
    this.session.graph.take([], documents, messages);
    const found: Message[] = [];
    for await (const url of this.session.graph.members(messages)) {
      const { data, relations } = await this.session.graph.get(url, messageEdge);
      found.push(this.#messageOf({ url, avatar: relations.ref, text: data.text, at: data.at ?? '' }));
    }
    return found.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  /** Walks to a point of the floor, or as near as one can. @returns false where I am not in, or there is no way. */
  walkTo(point: readonly [number, number, number]): boolean {
    return this.#mine?.walkTo(point) ?? false;
  }

  /** Walks in a direction of the room, metres along x and z, until `steer(0, 0)`: for keys and sticks. */
  steer(x: number, z: number): void {
    this.#mine?.steer(x, z);
  }

  /** Walks to a seat and sits down. @returns false where I am not in, the seat is taken, or there is no way. */
  sit(seat: Seat): boolean {
    return !this.isTaken(seat) && (this.#mine?.sit(seat) ?? false);
  }

  /** The seat nearest to a point, within `reach` metres. */
  seatNear(point: readonly [number, number, number], reach = 0.6): Seat | undefined {
    return seatNear(this.seats, point, reach);
  }

  /** Whether somebody else sits there. */
  isTaken({ position }: Seat): boolean {
    for (const { avatar, isMe } of this.#people.byUrl.values()) {
      const { elements } = avatar.group.matrix;
      if (!isMe && Math.hypot(elements[12] - position[0], elements[14] - position[2]) < 0.35) return true;
    }
    return false;
  }

  gesture(name: GestureName): void {
    this.#mine?.gesture(name);
  }

  /**
   * Changes my clothes: here as soon as they can be drawn, for everybody else a round trip later.
   * @throws RangeError where I am not in; LiveError, LoadError or FormatError: then I wear what I wore.
   */
  async wear(change: OutfitChange | string, signal?: AbortSignal): Promise<void> {
    const me = this.#mustBeIn();
    const wanted = typeof change === 'string' ? { on: [change] } : change;
    const before = me.avatar.outfit;
    const seen = this.session.dress(me.avatar, wanted, signal).catch(error => {
      // Another change came after it: that one shows both.
      if ((error as Error).name !== 'AbortError') throw error;
    });
    try {
      await Promise.all([seen, this.#outfits.change(me.node, wanted, this.session.url, signal)]);
    } catch (error) {
      await me.avatar.wear(before).catch(() => {});
      throw error;
    }
  }

  /** Avatars that can be taken as a body. @throws LiveError, FormatError */
  bodies(): Promise<Body[]> {
    return this.#catalogue.bodies();
  }

  /** Products of the server: what stands on the shelf, and hangs in the wardrobe. @throws LiveError, FormatError */
  products(): Promise<ShelfProduct[]> {
    return this.#catalogue.products();
  }

  /** Whether I want to read what somebody says. */
  mute(url: string, muted = true): void {
    const person = this.#people.byUrl.get(url);
    if (!person || person.isMe) return;
    this.#people.mute(person, muted);
    this.events.emit('me', undefined);
  }

  /** Whether I want to see somebody. */
  hide(url: string, hidden = true): void {
    const person = this.#people.byUrl.get(url);
    if (!person || person.isMe) return;
    this.#people.hide(person, hidden);
    this.events.emit('me', undefined);
  }

  /** For moderators: nobody reads that person in this room, until unmuted. @throws LiveError */
  async muteForAll(url: string, muted = true): Promise<void> {
    await this.#api.ask({ method: 'POST', url, body: { data: { muted } } });
  }

  /** For moderators: takes somebody out of the room. @throws LiveError */
  async removePerson(url: string): Promise<void> {
    await this.#api.ask({ method: 'DELETE', url });
  }

  /** For moderators. @throws LiveError */
  async removeMessage(url: string): Promise<void> {
    await this.#api.ask({ method: 'DELETE', url });
    this.#unsay(url);
  }

  /** Picks up a piece of furniture: a change of what is held now fails where somebody else was first. @throws LiveError */
  holdFurniture(url: string, signal?: AbortSignal): Promise<HeldFurniture> {
    return this.#furniture.hold(url, signal);
  }

  /**
   * @param held - as `holdFurniture` or the change before gave it; without it, the version of now is changed.
   * @throws ConflictError with the other's version where somebody else was first; LiveError
   */
  moveFurniture(url: string, place: FurniturePlace, held?: HeldFurniture, signal?: AbortSignal): Promise<HeldFurniture> {
    return this.#furniture.move(url, place, held, signal);
  }

  /** @param product - URL of its document. @returns URL of the new edge. @throws LiveError */
  async addFurniture(product: string, place: FurniturePlace, signal?: AbortSignal): Promise<string> {
    const { furniture } = await this.#room();
    return this.#furniture.add(groupOf(furniture, 'furniture', this.session.url), product, place, this.#key(), signal);
  }

  /** @throws ConflictError, LiveError */
  removeFurniture(url: string, held?: HeldFurniture, signal?: AbortSignal): Promise<void> {
    return this.#furniture.remove(url, held, signal);
  }

  /** The network is back, as far as the page knows: connects at once. */
  reconnect(): void {
    this.#stream?.reconnect();
  }

  /** Stops following. I leave the room where I am in. Twice is harmless. */
  dispose(): void {
    if (this.#leaving.signal.aborted) return;
    void this.leave().catch(() => {});
    this.#leaving.abort(new DOMException('the room was left', 'AbortError'));
    for (const stop of this.#stops) stop();
    this.#stream?.dispose();
    this.#people.dispose();
    this.#tab?.dispose();
    this.#enterState('off');
    this.events.clear();
  }

  #listen(): void {
    const { graph, events } = this.session;
    this.#stops.push(
      events.on('renewed', () => this.#renewed()),
      graph.events.on('stale', ({ urls }) => {
        for (const url of urls) this.#stale.add(url);
      }),
    );
    void this.#findQueue();
    if (typeof addEventListener === 'function') {
      const { signal } = this.#leaving;
      addEventListener('online', () => this.reconnect(), { signal });
      addEventListener('pagehide', () => void this.leave().catch(() => {}), { signal });
    }
  }

  /** One stream is enough: every document of the room's response names the same queue as the room itself. */
  async #findQueue(): Promise<void> {
    const { graph, url } = this.session;
    try {
      const { updates } = await graph.get(url, roomDocument);
      const queue = updates === undefined ? graph.queues[0] : new URL(updates, url).href;
      if (queue !== undefined && !this.#leaving.signal.aborted) this.#follow(queue);
    } catch (error) {
      this.events.emit('failed', { error });
    }
  }

  #follow(url: string): void {
    const { fetch: ask = (to: string, init: RequestInit) => fetch(to, init), reserve } = this.#options;
    const giveBack = reserve?.(url);
    if (giveBack) this.#stops.push(giveBack);
    this.#stream = new UpdateStream({
      ...{ url, fetch: ask, clock: this.#clock, random: this.#random, api: this.#api, serverClock: this.#serverClock },
      after: this.session.position,
      listener: {
        stale: ({ urls, denormalized }) => this.session.graph.take(urls, denormalized, url),
        presence: ({ avatar, ...intent }) => this.#people.intend(new URL(avatar, url).href, intent),
        message: event => this.#said({ ...event, url: new URL(event.url, url).href, avatar: new URL(event.avatar, url).href }),
        reset: () => this.session.graph.reset(),
        state: state => this.#enterState(state),
        failed: error => this.events.emit('failed', { error }),
      },
    });
    this.#enterState(this.#stream.state);
  }

  #enterState(state: StreamState): void {
    if (state === this.#state) return;
    const now = this.#clock.now();
    if (this.#state === 'connected') this.#cutAt = now;
    // Who will enter need not wait for the entry point; and its response tells the server's time.
    else if (state === 'connected' && !this.#entered) void this.#prepare().catch(() => {});
    if (state === 'connected') this.#cutFor = now - this.#cutAt;
    this.#state = state;
    this.events.emit('state', state);
  }

  #renewed(): void {
    const urls = [...this.#stale];
    this.#stale = new Set();
    // Furniture may stand elsewhere: the map is made again when somebody next walks.
    const { furniture } = this.session;
    if (urls.some(url => furniture.some(({ info }) => info.url === url)) || furniture.length !== this.#pieces)
      this.#floorKnown = false;
    this.#pieces = furniture.length;
    this.#people.renewed();
    if (urls.length > 0) this.events.emit('change', { urls });
    for (const url of urls) if (this.#messages.some(message => message.url === url)) this.#unsay(url);
  }

  #pieces = 0;

  #joined(person: KnownPerson): void {
    if (person.url === this.#edge) this.#become(person);
    this.events.emit('join', { person });
  }

  #left(person: KnownPerson): void {
    this.events.emit('leave', { person });
    if (person.url !== this.#edge) return;
    this.#stopBeingMe();
    // My lease ended while the network was cut: I come back. Otherwise a moderator took me out.
    const entered = this.#entered;
    if (!entered || !(this.#cutFor > LEASE_MS / 2)) this.#entered = undefined;
    else void this.#comeBack(person).catch(error => this.events.emit('failed', { error }));
  }

  async #comeBack(before: KnownPerson): Promise<void> {
    const { elements } = before.avatar.group.matrix;
    const rotation = [
      0,
      Math.sin(Math.atan2(elements[8], elements[10]) / 2),
      0,
      Math.cos(Math.atan2(elements[8], elements[10]) / 2),
    ];
    const position = [elements[12], elements[13], elements[14]];
    await this.#comeIn(before.node, { position, rotation }, this.#leaving.signal);
  }

  async #comeIn(node: string, place: object, signal: AbortSignal): Promise<Person> {
    const { avatars } = await this.#room();
    const url = groupOf(avatars, 'avatars', this.session.url);
    const body = { relations: { ref: node }, data: { ...place, animation: STANDING } };
    const { url: edge, documents } = await this.#api.ask({ method: 'POST', url, body, idempotencyKey: this.#key(), signal });
    this.#edge = edge;
    // The stream must be mine from now on: it keeps me in the room.
    this.reconnect();
    this.session.graph.take([edge, url], documents, edge);
    return this.#present(edge, signal);
  }

  /** Resolves when the room shows the person of an edge. */
  #present(edge: string, signal: AbortSignal): Promise<Person> {
    const there = this.#people.byUrl.get(edge);
    if (there) {
      this.#become(there);
      return Promise.resolve(there);
    }
    return new Promise((resolve, reject) => {
      const stop = this.events.on('join', ({ person }) => {
        if (person.url !== edge) return;
        stop();
        resolve(person);
      });
      signal.addEventListener('abort', () => {
        stop();
        reject(signal.reason);
      });
    });
  }

  #become(person: KnownPerson): void {
    if (person.isMe) return;
    person.isMe = true;
    const sender = new IntentSender(this.#api, person.url, this.#clock, error => this.events.emit('failed', { error }));
    this.#mine = new MyAvatar({
      ...{ me: person, sender, random: this.#random, clock: this.#serverClock },
      motion: this.#people.motionOf(person),
      floor: () => this.#walkable(),
    });
    this.events.emit('me', undefined);
  }

  #stopBeingMe(): void {
    const me = this.#edge === undefined ? undefined : this.#people.byUrl.get(this.#edge);
    if (me) me.isMe = false;
    this.#mine?.dispose();
    this.#mine = undefined;
    this.#edge = undefined;
    this.events.emit('me', undefined);
  }

  /** What entering needs, before anybody enters. */
  async #prepare(): Promise<void> {
    await this.#entrance.entry(this.#leaving.signal);
    await this.#prepareFloor();
  }

  /** Makes the map where there is none yet, without a pause in the frames. */
  async #prepareFloor(): Promise<void> {
    if (this.#floorKnown) return;
    const floor = await buildWalkableInSlices(this.session, this.#level, new Pacer(this.#clock));
    if (this.#floorKnown) return;
    this.#floor = floor;
    this.#floorKnown = true;
  }

  #walkable(): Walkable | undefined {
    if (!this.#floorKnown) {
      this.#floor = buildWalkable(this.session, this.#level);
      this.#floorKnown = true;
    }
    return this.#floor;
  }

  /** Height of the floor that people stand on, metres. */
  get #level(): number {
    return this.session.avatars[0]?.info.data.position[1] ?? 0;
  }

  /** Where one comes in: below the eye of the room's `spawn`, on a free place. */
  #door(): { readonly position: readonly number[]; readonly rotation: readonly number[] } {
    const { position, target } = this.session.door;
    const heading = Math.atan2(target[0] - position[0], target[2] - position[2]);
    const rotation = [0, Math.sin(heading / 2), 0, Math.cos(heading / 2)];
    const floor = this.#walkable();
    const angle = 2 * Math.PI * this.#random();
    // Some steps into the room: the camera, which was at the door, sees oneself from behind, and not the nape of who came before.
    const inside = Math.min(STEPS_INSIDE, Math.hypot(target[0] - position[0], target[2] - position[2]) / 2);
    const x = position[0] + inside * Math.sin(heading) + 0.6 * Math.sin(angle);
    const z = position[2] + inside * Math.cos(heading) + 0.6 * Math.cos(angle);
    const at = floor ? nearestFree(floor, x, z, DOOR) : -1;
    if (!floor || at < 0) return { position: [x, 0, z], rotation };
    const { cell, columns, height } = floor;
    return {
      position: [floor.x + ((at % columns) + 0.5) * cell, height[at], floor.z + (Math.floor(at / columns) + 0.5) * cell],
      rotation,
    };
  }

  async #readRights(): Promise<void> {
    const roles = await this.#entrance.roles(this.#leaving.signal);
    if (this.#leaving.signal.aborted) return;
    this.#rights = { enter: true, decorate: roles.includes('editor'), moderate: roles.includes('moderator') };
    this.events.emit('me', undefined);
  }

  async #room() {
    return (await this.session.graph.get(this.session.url, roomDocument)).relations;
  }

  #said(event: MessageEvent): void {
    if (this.#messages.some(({ url }) => url === event.url)) return;
    const message = this.#messageOf(event);
    this.#messages.push(message);
    if (this.#messages.length > MOST_MESSAGES) this.#messages.shift();
    this.events.emit('message', message);
  }

  #messageOf({ url, avatar, text, at }: MessageEvent): Message {
    const person = this.#people.find(avatar);
    const name = person?.name ?? this.#people.nameOf(avatar);
    const time = new Date(at);
    return {
      ...{ url, node: avatar, person, name, text },
      at: Number.isNaN(time.getTime()) ? new Date(this.#serverClock.now * 1000) : time,
      isMine: person?.isMe ?? false,
      muted: this.#people.isMuted(avatar),
    };
  }

  #unsay(url: string): void {
    const at = this.#messages.findIndex(message => message.url === url);
    if (at >= 0) this.#messages.splice(at, 1);
    this.events.emit('unsaid', { url });
  }

  #mustBeIn(): Person {
    const { me } = this;
    if (!me) throw new RangeError('enter the room first');
    return me;
  }

  /** Aborts when the caller wants it, or the room is left. */
  #signal(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#leaving.signal]) : this.#leaving.signal;
  }

  /** An `Idempotency-Key`: unlike `crypto.randomUUID`, there on pages without TLS too. */
  #key(): string {
    return Array.from({ length: 4 }, () => Math.floor(this.#random() * 2 ** 32).toString(36)).join('-');
  }
}

function groupOf(url: string | undefined, name: string, room: string): string {
  if (url === undefined) throw new LiveError(`the room has no ${name}`, { url: room });
  return url;
}
