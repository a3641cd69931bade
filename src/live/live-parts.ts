import { systemClock } from '../core/clock.ts';
import type { Disposable } from '../core/disposal.ts';
import type { Emitter } from '../core/emitter.ts';
import type { RoomSession } from '../room/room-session.ts';
import { Conversation } from './conversation.ts';
import { RoomFloor } from './floor/room-floor.ts';
import { FurnitureEdits } from './furniture-edits.ts';
import type { LiveContext } from './live-context.ts';
import type { LiveEvents } from './live-events.ts';
import type { LiveRoomOptions } from './live-options.ts';
import { MyPresence } from './my-presence.ts';
import { MyRights } from './my-rights.ts';
import { OutfitEdits } from './outfit-edits.ts';
import { followPage } from './page-life.ts';
import { type KnownPerson, People } from './people.ts';
import { ApiClient } from './server/api-client.ts';
import { Catalogue } from './server/catalogue.ts';
import { Entrance } from './server/entrance.ts';
import { entryPointOf } from './server/entry-point.ts';
import { ServerClock } from './server/server-clock.ts';
import { TabSession } from './server/tab-session.ts';
import { RoomUpdates } from './updates/room-updates.ts';
import type { StreamState } from './updates/update-events.ts';

/** The parts of a live room, connected to each other: what one learns from the server, the others show. */
export class LiveParts implements Disposable {
  readonly context: LiveContext;
  readonly catalogue: Catalogue;
  readonly furniture: FurnitureEdits;
  readonly outfits: OutfitEdits;
  readonly people: People;
  readonly conversation: Conversation;
  readonly updates: RoomUpdates;
  readonly presence: MyPresence;
  readonly rights: MyRights;
  readonly #leaving = new AbortController();
  readonly #tab: TabSession | undefined;

  constructor(session: RoomSession, events: Emitter<LiveEvents>, options: LiveRoomOptions) {
    const { clock = systemClock, random = Math.random, token, fetch, reserve } = options;
    const serverClock = new ServerClock(clock);
    const entry = entryPointOf(session, options);
    const api = new ApiClient({ entry, clock, token, serverClock, ...(fetch ? { fetch } : {}) });
    const context = { session, events, api, clock, random, serverClock, signal: this.#leaving.signal };
    this.context = context;
    this.#tab = token === undefined ? new TabSession(entry) : undefined;
    const entrance = new Entrance(api, entry, this.#tab);
    this.catalogue = new Catalogue(api, entrance);
    this.furniture = new FurnitureEdits(api);
    this.outfits = new OutfitEdits(api, session.graph);
    this.people = new People(session, serverClock, {
      joined: person => this.#joined(person),
      left: person => this.#left(person),
      acted: person => events.emit('presence', { person }),
    });
    this.rights = new MyRights(context, entrance);
    this.conversation = new Conversation(context, this.people);
    const floor = new RoomFloor(session, clock);
    this.updates = new RoomUpdates(context, {
      ...{ fetch, reserve },
      listener: {
        presence: ({ avatar, ...intent }) => this.people.intend(avatar, intent),
        message: event => this.conversation.take(event),
        state: state => this.#enterState(state),
      },
      onRenewed: (urls, change) => {
        floor.renewed(change);
        this.people.renewed(change);
        if (urls.length > 0) events.emit('change', { urls });
        this.conversation.documentsChanged(urls);
      },
    });
    const { people, outfits, updates } = this;
    this.presence = new MyPresence({ context, floor, entrance, people, outfits, updates });
    this.#followPage();
  }

  /** Stops following. A second call does nothing. */
  dispose(): void {
    if (this.#leaving.signal.aborted) return;
    this.#leaving.abort(new DOMException('the room was left', 'AbortError'));
    this.updates.dispose();
    this.people.dispose();
    this.#tab?.dispose();
    this.context.events.clear();
  }

  #followPage(): void {
    const page = {
      online: () => this.updates.reconnect(),
      hidden: () => {
        this.updates.pause();
        void this.presence.hide().catch(() => {});
      },
      shown: () => {
        this.updates.resume();
        this.presence.show();
      },
    };
    followPage(page, this.context.signal);
  }

  #enterState(state: StreamState): void {
    // A visitor who will enter need not wait for the entry point, and its response tells the server's time.
    if (state === 'connected' && !this.presence.entered) void this.presence.prepare().catch(() => {});
    this.context.events.emit('state', state);
  }

  #joined(person: KnownPerson): void {
    this.presence.joined(person);
    this.context.events.emit('join', { person });
  }

  #left(person: KnownPerson): void {
    this.context.events.emit('leave', { person });
    this.presence.left(person);
  }
}
