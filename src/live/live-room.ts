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
 * One visit to a room that others are in: follows the room's documents by server-sent events, moves people as they walk, and takes part once
 * the visitor enters. The server must keep the contract of docs/live-rooms.md. Shows no user interface.
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

  /** Everybody in the room by the URLs of their edges, those too that the room's documents put there for good. */
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

  /** What was said since I came, the latest 200, the earliest first. */
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

  /** Moves everybody. Every frame, before `RoomSession.update`; allocates nothing. @param seconds - since the last frame. */
  update(seconds: number): void {
    this.#parts.presence.avatar?.step();
    this.#parts.people.step(seconds);
  }

  /**
   * Makes the guest and dresses it before the visitor decides to enter, as a form that asks for the name opens. `enter` with the same name
   * and avatar takes one request then, and others see the visitor a round trip after the click. It does not change a person whom the
   * server knew before this visit, and does nothing once one enters.
   * @param options - what is known already.
   * @throws as `enter`
   */
  prepareToEnter(options: Partial<EnterOptions> = {}): Promise<void> {
    return this.#parts.presence.prepareToEnter(options);
  }

  /**
   * Comes in at the door under a name, in a body. Where I am in already, changes both.
   * @returns me, once I stand in the room.
   * @throws LiveError: code `room-full` where the server takes nobody in any more; the signal's reason.
   */
  async enter(options: EnterOptions): Promise<Person> {
    const me = await this.#parts.presence.enter(options);
    void this.#parts.rights.read();
    return me;
  }

  /** Goes out; watches on. Harmless where I am not in. */
  leave(): Promise<void> {
    return this.#parts.presence.leave();
  }

  /** @param text - 1 to 280 characters. @throws RangeError for a longer or empty one; LiveError: code `muted` where a moderator muted me. */
  async say(text: string): Promise<void> {
    await this.#parts.conversation.say(this.#mustBeIn(), text);
  }

  /** What was said before I came, as far as the server keeps it, the earliest first. @throws LiveError, FormatError */
  history(): Promise<Message[]> {
    return this.#parts.conversation.history();
  }

  /** Walks to a point of the floor, or as near as one can. @returns false where I am not in, or there is no way. */
  walkTo(point: readonly [number, number, number]): boolean {
    return this.#parts.presence.avatar?.walkTo(point) ?? false;
  }

  /** Walks in a direction of the room, metres along x and z, until `steer(0, 0)`: for keys and sticks. */
  steer(x: number, z: number): void {
    this.#parts.presence.avatar?.steer(x, z);
  }

  /** Walks to a seat and sits down. @returns false where I am not in, the seat is taken, or there is no way. */
  sit(seat: Seat): boolean {
    return !this.isTaken(seat) && (this.#parts.presence.avatar?.sit(seat) ?? false);
  }

  /** The seat nearest to a point, within `reach` metres. */
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
   * @throws RangeError where I am not in; LiveError, LoadError or FormatError: then I wear what I wore.
   */
  async wear(change: OutfitChange | string, signal?: AbortSignal): Promise<void> {
    const me = this.#mustBeIn();
    await this.#parts.outfits.wear(me, typeof change === 'string' ? { on: [change] } : change, this.session, signal);
  }

  /**
   * Takes the body and the clothes of another avatar: here and for everybody else a round trip later.
   * @param avatar - URL of one of `bodies()`.
   * @throws RangeError where I am not in; LiveError, FormatError
   */
  async changeBody(avatar: string, signal?: AbortSignal): Promise<void> {
    await this.#parts.outfits.copy(this.#mustBeIn().node, new URL(avatar, this.session.url).href, signal);
  }

  /** Avatars that can be taken as a body. @throws LiveError, FormatError */
  bodies(): Promise<Body[]> {
    return this.#parts.catalogue.bodies();
  }

  /** Products of the server: what stands on the shelf, and hangs in the wardrobe. @throws LiveError, FormatError */
  products(): Promise<ShelfProduct[]> {
    return this.#parts.catalogue.products();
  }

  /** Whether I want to read what somebody says. */
  mute(url: string, muted = true): void {
    const person = this.#parts.people.byUrl.get(url);
    if (!person || person.isMe) return;
    this.#parts.people.mute(person, muted);
    this.events.emit('me', undefined);
  }

  /** Whether I want to see somebody. */
  hide(url: string, hidden = true): void {
    const person = this.#parts.people.byUrl.get(url);
    if (!person || person.isMe) return;
    this.#parts.people.hide(person, hidden);
    this.events.emit('me', undefined);
  }

  /** For moderators: nobody reads that person in this room, until unmuted. @throws LiveError */
  async muteForAll(url: string, muted = true): Promise<void> {
    await this.#parts.context.api.ask({ method: 'POST', url, body: { data: { muted } } });
  }

  /** For moderators: takes somebody out of the room. @throws LiveError */
  async removePerson(url: string): Promise<void> {
    await this.#parts.context.api.ask({ method: 'DELETE', url });
  }

  /** For moderators. @throws LiveError */
  async removeMessage(url: string): Promise<void> {
    await this.#parts.context.api.ask({ method: 'DELETE', url });
    this.#parts.conversation.remove(url);
  }

  /** Picks up a piece of furniture: a change of what is held now fails where somebody else was first. @throws LiveError */
  holdFurniture(url: string, signal?: AbortSignal): Promise<HeldFurniture> {
    return this.#parts.furniture.hold(url, signal);
  }

  /**
   * @param held - as `holdFurniture` or the change before gave it; without it, the version of now is changed.
   * @throws ConflictError with the other's version where somebody else was first; LiveError
   */
  moveFurniture(url: string, place: FurniturePlace, held?: HeldFurniture, signal?: AbortSignal): Promise<HeldFurniture> {
    return this.#parts.furniture.move(url, place, held, signal);
  }

  /** @param product - URL of its document. @returns URL of the new edge. @throws LiveError */
  async addFurniture(product: string, place: FurniturePlace, signal?: AbortSignal): Promise<string> {
    const group = await roomGroup(this.session, 'furniture');
    return this.#parts.furniture.add(group, product, place, newKey(this.#parts.context.random), signal);
  }

  /** @throws ConflictError, LiveError */
  removeFurniture(url: string, held?: HeldFurniture, signal?: AbortSignal): Promise<void> {
    return this.#parts.furniture.remove(url, held, signal);
  }

  /** The network is back, as far as the page knows: connects at once. */
  reconnect(): void {
    this.#parts.updates.reconnect();
  }

  /** Stops following. I leave the room where I am in. Twice is harmless. */
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
