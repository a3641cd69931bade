import type { Disposable } from '../core/disposal.ts';
import type { LiveAvatar } from '../room/avatars/live-avatar.ts';
import type { RoomChange } from '../room/documents/room-info.ts';
import type { RoomSession } from '../room/room-session.ts';
import { GuidedMotion, writeFrameTime } from './motion/guided-motion.ts';
import type { Person } from './person.ts';
import type { ServerClock } from './server/server-clock.ts';
import type { Intent } from './updates/update-events.ts';

/** Maximum number of intents kept for avatars whose documents have not arrived. */
const MOST_EARLY = 1000;
/** Maximum number of names kept of people who left, for their messages. */
const MOST_NAMES = 1000;

const time = new Float64Array(3);

/** A person, and what moves them. */
export class KnownPerson implements Person {
  avatar: LiveAvatar;
  motion: GuidedMotion | undefined;
  muted = false;
  hidden = false;
  isMe = false;
  /** The `node` that `People` finds them by. */
  filed = '';
  /** The edge's data that `motion` follows. */
  data: LiveAvatar['info']['data'];

  constructor(avatar: LiveAvatar) {
    this.avatar = avatar;
    this.data = avatar.info.data;
  }

  get url(): string {
    return this.avatar.info.url;
  }

  get node(): string {
    return this.avatar.info.node;
  }

  get name(): string {
    return this.avatar.info.name;
  }

  get activity(): Person['activity'] {
    if (this.motion ? this.motion.walking : this.data.path !== undefined) return 'walking';
    const clip = this.motion?.clip ?? this.data.animation;
    if (clip === 'sit' || clip === 'perch') return 'sitting';
    return clip === 'dance' || clip === 'twist' ? 'dancing' : 'standing';
  }
}

export interface PeopleListener {
  joined(person: KnownPerson): void;
  left(person: KnownPerson): void;
  /** Somebody began to do something else. */
  acted(person: KnownPerson): void;
}

/** Everybody in the room, and the motion of each. The room itself moves avatars that walk a loop of their documents. */
export class People implements Disposable {
  readonly byUrl = new Map<string, KnownPerson>();
  /** People by the URLs of their avatars. One avatar may be in the room several times. */
  readonly #byNode = new Map<string, KnownPerson[]>();
  /** Whether everybody who was in the room when it was first read again is known. */
  #isWhole = false;
  readonly #session: RoomSession;
  readonly #clock: ServerClock;
  readonly #listener: PeopleListener;
  /** Motions of people who walk, turn or catch up now. */
  #moving: GuidedMotion[] = [];
  readonly #early = new Map<string, Intent>();
  readonly #names = new Map<string, string>();
  /** Avatars of muted and hidden people, who may come back. */
  readonly #muted = new Set<string>();
  readonly #hidden = new Set<string>();

  constructor(session: RoomSession, clock: ServerClock, listener: PeopleListener) {
    this.#session = session;
    this.#clock = clock;
    this.#listener = listener;
    for (const avatar of session.avatars) this.#add(avatar);
  }

  /** Takes note of people who came, left or changed by their documents. */
  renewed({ avatars }: RoomChange): void {
    if (this.#isWhole) for (const url of avatars.read.keys()) this.#take(this.#session.avatar(url));
    else for (const avatar of this.#session.avatars) this.#take(avatar);
    this.#isWhole = true;
    for (const url of avatars.gone) this.#remove(url);
  }

  /** Applies an intent. @param node - URL of the avatar. */
  intend(node: string, intent: Intent): void {
    const people = this.#byNode.get(node);
    if (!people) {
      if (this.#early.size >= MOST_EARLY) this.#early.clear();
      this.#early.set(node, intent);
      return;
    }
    for (const person of people) {
      // My own avatar is ahead of the server.
      if (person.isMe) continue;
      this.#guide(person).intend(intent, this.#clock.now);
      this.#listener.acted(person);
    }
  }

  /** Returns the motion of somebody. It is created when it is first needed. */
  motionOf(person: KnownPerson): GuidedMotion {
    return this.#guide(person);
  }

  nameOf(node: string): string {
    return this.#names.get(node) ?? '';
  }

  find(node: string): KnownPerson | undefined {
    return this.#byNode.get(node)?.[0];
  }

  isMuted(node: string): boolean {
    return this.#muted.has(node);
  }

  mute(person: KnownPerson, muted: boolean): void {
    keep(this.#muted, person.node, (person.muted = muted));
  }

  hide(person: KnownPerson, hidden: boolean): void {
    keep(this.#hidden, person.node, (person.hidden = hidden));
    person.avatar.group.visible = !hidden;
  }

  /** Moves everybody. Call it in each frame. Allocates nothing. @param seconds - since the last frame. */
  step(seconds: number): void {
    const moving = this.#moving;
    if (moving.length === 0) return;
    writeFrameTime(time, this.#clock.now, seconds);
    let left = 0;
    for (let i = 0; i < moving.length; i++) if (moving[i].step(time)) moving[left++] = moving[i];
    moving.length = left;
  }

  /** Lets the documents move everybody again. */
  dispose(): void {
    for (const { avatar } of this.byUrl.values()) {
      avatar.guide = undefined;
      avatar.group.visible = true;
    }
    this.byUrl.clear();
    this.#byNode.clear();
    this.#moving.length = 0;
    this.#early.clear();
  }

  #take(avatar: LiveAvatar | undefined): void {
    const person = avatar && this.byUrl.get(avatar.info.url);
    if (person) this.#change(person, avatar);
    else if (avatar) this.#listener.joined(this.#add(avatar));
  }

  /** Updates the index by avatar URL, which a document may change. */
  #file(person: KnownPerson): void {
    if (person.filed === person.node) return;
    this.#unfile(person);
    person.filed = person.node;
    const people = this.#byNode.get(person.node);
    if (people) people.push(person);
    else this.#byNode.set(person.node, [person]);
  }

  #unfile(person: KnownPerson): void {
    const others = this.#byNode.get(person.filed)?.filter(other => other !== person);
    if (others?.length) this.#byNode.set(person.filed, others);
    else this.#byNode.delete(person.filed);
    person.filed = '';
  }

  #add(avatar: LiveAvatar): KnownPerson {
    const person = new KnownPerson(avatar);
    this.byUrl.set(person.url, person);
    this.#file(person);
    this.#remember(person);
    person.muted = this.#muted.has(person.node);
    if (this.#hidden.has(person.node)) this.hide(person, true);
    if (!walksLoop(person)) this.#guide(person);
    const early = this.#early.get(person.node);
    if (early) {
      this.#early.delete(person.node);
      this.#guide(person).intend(early, this.#clock.now, true);
    }
    return person;
  }

  #change(person: KnownPerson, avatar: LiveAvatar): void {
    if (avatar !== person.avatar) {
      // Another body takes over the guide of the one before, and the motion poses it from now on.
      person.avatar = avatar;
      avatar.group.visible = !person.hidden;
      person.motion?.takeBody(avatar);
    }
    this.#file(person);
    this.#remember(person);
    const { data } = avatar.info;
    if (data === person.data) return;
    const moved = JSON.stringify(data) !== JSON.stringify(person.data);
    person.data = data;
    if (!moved || person.isMe) return;
    if (walksLoop(person)) this.#release(person);
    else this.#guide(person).follow(data, this.#clock.now);
    this.#listener.acted(person);
  }

  #remove(url: string): void {
    const person = this.byUrl.get(url);
    if (!person) return;
    this.byUrl.delete(url);
    this.#unfile(person);
    this.#release(person);
    this.#listener.left(person);
  }

  #guide(person: KnownPerson): GuidedMotion {
    if (person.motion) return person.motion;
    const motion = new GuidedMotion(person.avatar, this.#clock.now);
    person.motion = motion;
    person.avatar.guide = motion;
    motion.onMoves = () => this.#moving.push(motion);
    this.#moving.push(motion);
    return motion;
  }

  #release(person: KnownPerson): void {
    const { motion } = person;
    if (!motion) return;
    person.motion = motion.onMoves = undefined;
    person.avatar.guide = undefined;
    this.#moving = this.#moving.filter(other => other !== motion);
  }

  #remember({ node, name }: KnownPerson): void {
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    this.#names.set(node, name);
  }
}

/** A path without a start is a loop. The room itself moves the avatar along it. */
function walksLoop({ data: { path, start } }: KnownPerson): boolean {
  return path !== undefined && path.length > 1 && start === undefined;
}

function keep(set: Set<string>, key: string, wanted: boolean): void {
  if (wanted) set.add(key);
  else set.delete(key);
}
