import type { PerspectiveCamera } from 'three';
import type { LiveRoom } from '../../live/live-room.ts';
import type { Message } from '../../live/person.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';
import { isCoveredFrom } from '../anchors/annotations.ts';
import type { RoomPick } from '../camera/pick-room.ts';
import { adoptStyles } from '../element/adopt-styles.ts';
import type { ViewerLayer } from '../visit/viewer-layer.ts';
import hudStyles from './hud.css?inline';
import { Hud } from './hud.ts';
import type { PanelName } from './hud-context.ts';
import windowStyles from './hud-windows.css?inline';
import { LabelLayer } from './labels/label-layer.ts';
import type { MeetingOptions } from './meeting-host.ts';
import { BodyChoice } from './panels/body-choice.ts';
import { ChatPanel } from './panels/chat-panel.ts';
import { DecoratePanel } from './panels/decorate-panel.ts';
import { GesturesPanel } from './panels/gestures-panel.ts';
import { JoinPanel } from './panels/join-panel.ts';
import panelStyles from './panels/panels.css?inline';
import { PeoplePanel } from './panels/people-panel.ts';
import { SharePanel } from './panels/share-panel.ts';
import { WardrobePanel } from './panels/wardrobe-panel.ts';
import { SmallPictures } from './pictures/small-pictures.ts';

/** A key that was pressed too early is done within that time after this code came, ms; and if it was pressed so long before at most. */
const EARLY_MS = 10_000;
const FORGOTTEN_MS = 60_000;

/**
 * The controls of a viewer that has the attribute `controls`: names over heads, chat, people, gestures, wardrobe, decorating, sharing. What
 * a room has depends on what it is: one that is not live has people and sharing only.
 */
export class Meeting implements ViewerLayer {
  readonly #options: MeetingOptions;
  readonly #labels: LabelLayer;
  readonly #hud: Hud;
  readonly #pictures: SmallPictures;
  readonly #chat: ChatPanel;
  readonly #gestures: GesturesPanel;
  readonly #decorate: DecoratePanel;
  readonly #abort = new AbortController();
  #live: LiveRoom | undefined;
  #stops: (() => void)[] = [];
  /** Keys for which the live room, or one's own avatar, has not come yet. */
  #early: readonly KeyboardEvent[];
  readonly #earlyUntil: number;
  #session: RoomSession | undefined;

  constructor(options: MeetingOptions, canvas: HTMLCanvasElement) {
    this.#options = options;
    const { host, layer, clock, stage, renderer, root } = options;
    adoptStyles(root.getRootNode() as ShadowRoot, hudStyles + panelStyles + windowStyles);
    const isMe = (avatar: LiveAvatar) => avatar === this.#live?.me?.avatar;
    this.#labels = new LabelLayer({ layer, clock, isMe, isCovered: isCoveredFrom });
    this.#pictures = new SmallPictures(renderer, canvas);
    const hud = (this.#hud = new Hud(options, () => this.#dock()));
    this.#chat = new ChatPanel(hud);
    this.#gestures = new GesturesPanel(hud);
    this.#decorate = new DecoratePanel(hud, stage, this.#pictures);
    const bodies = new BodyChoice(hud, this.#pictures);
    hud.panels = {
      join: new JoinPanel(hud, bodies),
      chat: this.#chat,
      people: new PeoplePanel(hud),
      gestures: this.#gestures,
      wardrobe: new WardrobePanel(hud, this.#pictures, bodies),
      decorate: this.#decorate,
      share: new SharePanel(hud, this.#labels),
    };
    const { signal } = this.#abort;
    const now = clock.now();
    this.#earlyUntil = now + EARLY_MS;
    this.#early = options.early.filter(({ type, timeStamp }) => type === 'keydown' && now - timeStamp < FORGOTTEN_MS);
    stage.addEventListener('keydown', event => this.#key(event), { signal });
    host.addEventListener('fullscreenchange', hud.changed, { signal });
  }

  update(session: RoomSession, camera: PerspectiveCamera): void {
    if (session !== this.#session) {
      this.#session = session;
      this.#pictures.clear();
    }
    if (this.#live !== this.#options.host.live) this.#follow(this.#options.host.live);
    if (this.#early.length > 0) this.#takeEarly();
    this.#pictures.draw(session);
    this.#labels.update(session, camera);
  }

  /** Decorating comes before everything else that a click does. */
  picked(pick: RoomPick): boolean {
    return this.#hud.panel === 'decorate' && this.#decorate.picked(pick);
  }

  dispose(): void {
    this.#follow(undefined);
    this.#abort.abort();
    this.#hud.dispose();
    this.#labels.dispose();
  }

  #dock() {
    const { text } = this.#hud;
    const { live } = this.#hud;
    const unread = this.#chat.unread;
    const item = (panel: PanelName, label: string, badge = 0) => ({
      panel,
      icon: panel === 'join' ? ('go' as const) : icons[panel],
      label,
      badge,
    });
    const chat = item('chat', unread > 0 ? this.#hud.plural('chat.unread', unread) : text('chat.title'), unread);
    const people = item('people', text('people.title'));
    const share = item('share', text('share.title'));
    if (!live) return [people, share];
    const decorate = live.rights.decorate ? [item('decorate', text('decorate.title'))] : [];
    if (!live.me) return [...(live.rights.enter ? [item('join', text('join.open'))] : []), chat, people, ...decorate, share];
    return [chat, people, item('gestures', text('gesture.title')), item('wardrobe', text('wardrobe.title')), ...decorate, share];
  }

  #follow(live: LiveRoom | undefined): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#live = live;
    if (!live) return;
    const { text, tell, changed } = this.#hud;
    const { events } = live;
    let wasLost = false;
    this.#stops = [
      events.on('message', message => this.#said(message)),
      events.on('unsaid', ({ url, message }) => {
        this.#chat.remove(url);
        if (message?.person) this.#labels.hush(message.person.avatar);
      }),
      events.on('join', ({ person }) => {
        if (!person.isMe) this.#note(text('people.came', { name: person.name }));
        this.#hud.changedIn(undefined);
      }),
      events.on('leave', ({ person }) => {
        if (!person.isMe) this.#note(text('people.left', { name: person.name }));
        this.#hud.changedIn(undefined);
      }),
      events.on('state', state => {
        if (state === 'connected' && wasLost) tell(text('state.connected'));
        wasLost = state === 'reconnecting' || state === 'off';
        changed();
      }),
      events.on('me', changed),
      live.session.events.on('changed', ({ furniture }) => {
        if (furniture.read.size + furniture.gone.length > 0) this.#labels.furnitureChanged();
      }),
      events.on('change', () => this.#hud.changedIn(undefined)),
      // The lists of people and of free seats say who sits where.
      events.on('presence', () => (this.#hud.panel === 'people' || this.#hud.panel === 'gestures') && changed()),
    ];
    for (const message of live.messages) this.#chat.add(message);
    void live.history().then(
      messages => {
        for (const message of messages) this.#chat.add(message, true);
      },
      () => {},
    );
    changed();
  }

  #said(message: Message): void {
    this.#chat.add(message);
    if (message.muted) return;
    if (message.person && !message.person.hidden) this.#labels.say(message.person.avatar, message.text);
  }

  /** Who comes and goes stands in the log, and is said where that is not open. */
  #note(text: string): void {
    this.#chat.note(text);
    if (this.#hud.panel !== 'chat') this.#options.say(text);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { live, panel } = this.#hud;
    const digit = /^Digit([1-9])$/.exec(event.code);
    let done = false;
    if (event.key === 'Escape' && panel) {
      this.#hud.close();
      done = true;
    } else if (event.key === 'Enter' && live) {
      this.#hud.open('chat');
      done = true;
    } else if (digit) done = this.#gestures.show(Number(digit[1]) - 1);
    if (done) event.preventDefault();
    // The live room may come after the controls.
    else if (!live && (digit || event.key === 'Enter')) this.#early = [...this.#early, event];
  }

  /** Does what was asked for before it could be done: chat needs the live room, and a gesture one's own avatar. */
  #takeEarly(): void {
    const { live } = this.#hud;
    const waiting = this.#early;
    const isLate = this.#options.clock.now() > this.#earlyUntil;
    if (!live && !isLate) return;
    this.#early = [];
    if (!live) return;
    for (const event of waiting) {
      this.#key(event);
      if (!event.defaultPrevented && !isLate && !live.me && event.code.startsWith('Digit')) this.#early = [...this.#early, event];
    }
  }
}

const icons = {
  chat: 'chat',
  people: 'people',
  gestures: 'gesture',
  wardrobe: 'wardrobe',
  decorate: 'decorate',
  share: 'share',
} as const;
