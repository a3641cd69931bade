import type { Disposable } from '../core/disposal.ts';
import { Emitter } from '../core/emitter.ts';
import type { OutfitChange } from '../room/avatars/outfit-change-queue.ts';
import type { RoomSession } from '../room/room-session.ts';
import { isTaken, type Seat, seatNear, seatsOf } from './floor/seats.ts';
import type { FurniturePlace, HeldFurniture } from './furniture-edits.ts';
import { newKey, roomGroup } from './live-context.ts';
import type { LiveEvents } from './live-events.ts';
import type { EnterOptions, LiveRights, LiveRoomOptions } from './live-options.ts';
import { LiveParts } from './live-parts.ts';
import { type GestureName, gestures } from './motion/gestures.ts';
import type { Message, Person } from './person.ts';
import type { Body, ShelfProduct } from './server/catalogue.ts';
import type { StreamState } from './updates/update-events.ts';

export type { Seat } from './floor/seats.ts';
export type { FurniturePlace, HeldFurniture } from './furniture-edits.ts';
export type { LiveEvents } from './live-events.ts';
export type { EnterOptions, LiveRights, LiveRoomOptions } from './live-options.ts';
export type { GestureName } from './motion/gestures.ts';
export type { Message, Person } from './person.ts';
export type { Body, ShelfProduct } from './server/catalogue.ts';
export { ConflictError, LiveError } from './server/live-error.ts';
export type { StreamState } from './updates/update-events.ts';

/**
 * One visit to a live room. It follows the room's documents by server-sent events and moves people as they walk. Once the visitor enters, it
 * sends what the visitor does. The server must keep the contract of docs/live-rooms.md. It shows no user interface.
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
  readonly #parts: LiveParts;

  constructor(session: RoomSession, options: LiveRoomOptions = {}) {
    this.session = session;
    this.#parts = new LiveParts(session, this.events, options);
  }

  get state(): StreamState {
    return this.#parts.updates.state;
  }

  /** Everybody in the room by the URLs of their edges. Avatars that belong to the room's documents are included. */
  get people(): ReadonlyMap<string, Person> {
    return this.#parts.people.byUrl;
  }

  /** My own person. Undefined while I watch. */
  get me(): Person | undefined {
    return this.#parts.presence.me;
  }

  get rights(): LiveRights {
    return this.#parts.rights.current;
  }

  /** The latest 200 messages of this visit, the earliest first. */
  get messages(): readonly Message[] {
    return this.#parts.conversation.messages;
  }

  /** Names for `gesture`. */
  get gestures(): readonly GestureName[] {
    return gestures.map(({ name }) => name);
  }

  get seats(): readonly Seat[] {
    return seatsOf(this.session);
  }

  /** Moves everybody. Call it in each frame, before `RoomSession.update`. Allocates nothing. @param seconds - since the last frame. */
  update(seconds: number): void {
    this.#parts.presence.avatar?.step();
    this.#parts.people.step(seconds);
  }

  /**
   * Makes the guest and dresses it before the visitor decides to enter, when a form asks for the name. `enter` with the same name and
   * avatar then takes one request, and others see the visitor a round trip after the click. It does not change a person whom the server
   * knew before this visit. It does nothing once the visitor enters.
   * @param options - what is known so far.
   * @throws as `enter`
   */
  prepareToEnter(options: Partial<EnterOptions> = {}): Promise<void> {
    return this.#parts.presence.prepareToEnter(options);
  }

  /**
   * Enters at the door with a name and a body. If I am in the room, it changes both.
   * @returns my person, once the room shows it.
   * @throws LiveError, with code `room-full` if the room is full; the signal's reason.
   */
  async enter(options: EnterOptions): Promise<Person> {
    const me = await this.#parts.presence.enter(options);
    void this.#parts.rights.read();
    return me;
  }

  /** Leaves the room and goes on watching. Does nothing if I am not in the room. */
  leave(): Promise<void> {
    return this.#parts.presence.leave();
  }

  /**
   * Sends a message to everybody.
   * @param text - 1 to 280 characters.
   * @throws RangeError for any other length, or if I am not in the room; LiveError, with code `muted` if a moderator muted me.
   */
  async say(text: string): Promise<void> {
    await this.#parts.conversation.say(this.#mustBeIn(), text);
  }

  /** Requests the messages that the server keeps from before this visit, the earliest first. @throws LiveError, FormatError */
  history(): Promise<Message[]> {
    return this.#parts.conversation.history();
  }

  /** Walks to a point of the floor, or as near as possible. @returns false if I am not in the room, or there is no way. */
  walkTo(point: readonly [number, number, number]): boolean {
    return this.#parts.presence.avatar?.walkTo(point) ?? false;
  }

  /** Walks in a direction along x and z of the room until `steer(0, 0)`. For keys and sticks. */
  steer(x: number, z: number): void {
    this.#parts.presence.avatar?.steer(x, z);
  }

  /** Walks to a seat and sits down. @returns false if I am not in the room, the seat is taken, or there is no way. */
  sit(seat: Seat): boolean {
    return !this.isTaken(seat) && (this.#parts.presence.avatar?.sit(seat) ?? false);
  }

  /** Returns the seat nearest to a point, within `reach` metres. */
  seatNear(point: readonly [number, number, number], reach = 0.6): Seat | undefined {
    return seatNear(this.seats, point, reach);
  }

  /** Whether somebody else sits there. */
  isTaken(seat: Seat): boolean {
    return isTaken(seat, this.#parts.people.byUrl.values());
  }

  gesture(name: GestureName): void {
    this.#parts.presence.avatar?.gesture(name);
  }

  /**
   * Changes my clothes: here as soon as they can be drawn, for everybody else a round trip later.
   * @throws RangeError if I am not in the room; LiveError, LoadError or FormatError. My clothes stay as they were then.
   */
  async wear(change: OutfitChange | string, signal?: AbortSignal): Promise<void> {
    const me = this.#mustBeIn();
    await this.#parts.outfits.wear(me, typeof change === 'string' ? { on: [change] } : change, this.session, signal);
  }

  /**
   * Takes the body and the clothes of another avatar: here and for everybody else a round trip later.
   * @param avatar - URL of one of `bodies()`.
   * @throws RangeError if I am not in the room; LiveError, FormatError
   */
  async changeBody(avatar: string, signal?: AbortSignal): Promise<void> {
    await this.#parts.outfits.copy(this.#mustBeIn().node, new URL(avatar, this.session.url).href, signal);
  }

  /** Requests the avatars that can be my body. @throws LiveError, FormatError */
  bodies(): Promise<Body[]> {
    return this.#parts.catalogue.bodies();
  }

  /** Requests the server's products: furniture and clothes. @throws LiveError, FormatError */
  products(): Promise<ShelfProduct[]> {
    return this.#parts.catalogue.products();
  }

  /** Hides or shows what somebody says, for me alone. */
  mute(url: string, muted = true): void {
    const person = this.#parts.people.byUrl.get(url);
    if (!person || person.isMe) return;
    this.#parts.people.mute(person, muted);
    this.events.emit('me', undefined);
  }

  /** Hides or shows somebody, for me alone. */
  hide(url: string, hidden = true): void {
    const person = this.#parts.people.byUrl.get(url);
    if (!person || person.isMe) return;
    this.#parts.people.hide(person, hidden);
    this.events.emit('me', undefined);
  }

  /** For moderators: the person cannot speak in this room until unmuted. @throws LiveError */
  async muteForAll(url: string, muted = true): Promise<void> {
    await this.#parts.context.api.ask({ method: 'POST', url, body: { data: { muted } } });
  }

  /** For moderators: removes somebody from the room. @throws LiveError */
  async removePerson(url: string): Promise<void> {
    await this.#parts.context.api.ask({ method: 'DELETE', url });
  }

  /** For moderators: removes a message. @throws LiveError */
  async removeMessage(url: string): Promise<void> {
    await this.#parts.context.api.ask({ method: 'DELETE', url });
    this.#parts.conversation.remove(url);
  }

  /** Reads the version of a piece of furniture. A change of that version fails if somebody else changed it first. @throws LiveError */
  holdFurniture(url: string, signal?: AbortSignal): Promise<HeldFurniture> {
    return this.#parts.furniture.hold(url, signal);
  }

  /**
   * Moves a piece of furniture.
   * @param held - from `holdFurniture` or the previous change. Without it, the current version is changed.
   * @throws ConflictError with the other version if somebody else changed it first; LiveError
   */
  moveFurniture(url: string, place: FurniturePlace, held?: HeldFurniture, signal?: AbortSignal): Promise<HeldFurniture> {
    return this.#parts.furniture.move(url, place, held, signal);
  }

  /** Adds a piece of furniture. @param product - URL of its document. @returns URL of the new edge. @throws LiveError */
  async addFurniture(product: string, place: FurniturePlace, signal?: AbortSignal): Promise<string> {
    const group = await roomGroup(this.session, 'furniture');
    return this.#parts.furniture.add(group, product, place, newKey(this.#parts.context.random), signal);
  }

  /** Removes a piece of furniture. @throws ConflictError, LiveError */
  removeFurniture(url: string, held?: HeldFurniture, signal?: AbortSignal): Promise<void> {
    return this.#parts.furniture.remove(url, held, signal);
  }

  /** Connects immediately. Call it when the network seems to be available again. */
  reconnect(): void {
    this.#parts.updates.reconnect();
  }

  /** Leaves the room if I am in it, and stops following. A second call does nothing. */
  dispose(): void {
    if (this.#parts.context.signal.aborted) return;
    void this.leave().catch(() => {});
    this.#parts.dispose();
  }

  #mustBeIn(): Person {
    const { me } = this;
    if (!me) throw new RangeError('enter the room first');
    return me;
  }
}
