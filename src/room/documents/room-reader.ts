import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { roomDocument } from '../../graph/room-documents.ts';
import { Follow } from './follow-documents.ts';
import type { AvatarInfo, FurnitureInfo, KnownThings, RoomChange, RoomSink } from './room-info.ts';

/** One group of the room. */
interface List {
  /** URL of its first page. */
  group: string | undefined;
  /** URLs of its pages when it was last read. */
  pages: ReadonlySet<string>;
  /** URLs of its edges. */
  readonly members: Set<string>;
  /** Edges that must be read again. */
  readonly unread: Set<string>;
  /** Whether it could not be read completely. */
  isPartial: boolean;
}

/**
 * Reads what changed in a room. It keeps track of what is made of each document, so the work depends on the number of changed documents, not
 * on the size of the room. A moved chair costs one document, a change of clothes those of one avatar.
 */
export class RoomReader {
  readonly #graph: GraphClient;
  readonly #url: string;
  readonly #known: KnownThings;
  readonly #pacer: Pacer | undefined;
  /** Document or thing -> things that are made of it. */
  readonly #users = new Map<string, Set<string>>();
  /** Documents and things that something no longer uses. Perhaps nothing does. */
  readonly #dropped = new Set<string>();
  readonly #furniture: List;
  readonly #avatars: List;

  /**
   * @param url - absolute, of the room.
   * @param known - what `followRoom` read. The reader owns it from now on.
   * @param shown - URLs of the edges that the room shows.
   */
  constructor(
    graph: GraphClient,
    url: string,
    known: KnownThings,
    shown: Readonly<Record<'furniture' | 'avatars', Iterable<string>>>,
    pacer?: Pacer,
  ) {
    this.#graph = graph;
    this.#url = url;
    this.#known = known;
    this.#pacer = pacer;
    this.#furniture = listOf(shown.furniture, known.furniture);
    this.#avatars = listOf(shown.avatars, known.avatars);
    for (const things of known.all) for (const [thing, { parts }] of things) this.#use(thing, parts);
  }

  /**
   * @param stale - documents that have changed since the last call.
   * @throws what `graph.get` throws for the room's own document. The next call includes these documents then.
   */
  async read(stale: ReadonlySet<string>, failed: RoomSink['failed']): Promise<RoomChange> {
    for (const url of stale) this.#stale(url);
    for (const list of [this.#furniture, this.#avatars]) list.isPartial ||= intersects(list.pages, stale);
    const { data, relations } = await this.#graph.get(this.#url, roomDocument);
    const furniture = new Map<string, FurnitureInfo>();
    const avatars = new Map<string, AvatarInfo>();
    const lost = new Set<string>();
    const sink: RoomSink = {
      room: () => {},
      furniture: info => furniture.set(info.url, info),
      avatar: info => avatars.set(info.url, info),
      failed,
      lost: edgeOrGroup => lost.add(edgeOrGroup),
    };
    const follow = new Follow(this.#graph, sink, this.#pacer, this.#known);
    const [furnitureGone, avatarsGone] = await Promise.all([
      this.#group(follow, this.#furniture, relations.furniture, url => follow.furniture(url)),
      this.#group(follow, this.#avatars, relations.avatars, url => follow.avatar(url)),
    ]);
    this.#index(this.#furniture, this.#known.furniture);
    this.#index(this.#avatars, this.#known.avatars);
    // The parts of something that could not be read completely are unknown.
    if (lost.size === 0) this.#forget();
    return { data, furniture: { read: furniture, gone: furnitureGone }, avatars: { read: avatars, gone: avatarsGone }, lost };
  }

  /** @returns the edges that were removed. */
  async #group(follow: Follow, list: List, group: string | undefined, take: (url: string) => Promise<void>): Promise<string[]> {
    const gone: string[] = [];
    if (list.isPartial || list.group !== group) {
      const members = new Set<string>();
      const pages = new Set<string>();
      const isWhole = await follow.each(group, url => void members.add(url), pages);
      // `forEach`, because rarely run code is not optimised, and each step of a loop over a Set then creates an object.
      members.forEach(url => {
        if (list.members.has(url)) return;
        list.members.add(url);
        list.unread.add(url);
      });
      for (const page of list.pages) if (isWhole && !pages.has(page)) this.#dropped.add(page);
      list.members.forEach(url => {
        if (isWhole && !members.has(url)) gone.push(url);
      });
      for (const url of gone) {
        list.members.delete(url);
        list.unread.delete(url);
        this.#drop(url);
        this.#dropped.add(url);
      }
      Object.assign(list, { group, pages, isPartial: !isWhole });
    }
    await follow.all([...list.unread], take, group);
    return gone;
  }

  /** Marks everything that is made of a document to be read again. */
  #stale(url: string): void {
    if (this.#furniture.members.has(url)) this.#furniture.unread.add(url);
    if (this.#avatars.members.has(url)) this.#avatars.unread.add(url);
    const users = this.#users.get(url);
    this.#drop(url);
    // A copy, because reading a user again changes this set.
    if (users) for (const user of [...users]) this.#stale(user);
  }

  #drop(thing: string): void {
    for (const things of this.#known.all) {
      const known = things.get(thing);
      if (!known) continue;
      for (const part of known.parts) {
        const users = this.#users.get(part);
        users?.delete(thing);
        if (users?.size !== 0) continue;
        this.#users.delete(part);
        this.#dropped.add(part);
      }
      things.delete(thing);
    }
  }

  /** Adds things that were read completely. */
  #index({ unread }: List, edges: KnownThings['furniture' | 'avatars']): void {
    const { people, products } = this.#known;
    for (const url of unread) {
      const edge = edges.get(url);
      if (!edge) continue;
      unread.delete(url);
      this.#use(url, edge.parts);
      for (const part of edge.parts) {
        const person = people.get(part);
        this.#use(part, person?.parts ?? products.get(part)?.parts ?? []);
        for (const product of person?.parts ?? []) this.#use(product, products.get(product)?.parts ?? []);
      }
    }
  }

  #use(thing: string, parts: readonly string[]): void {
    for (const part of parts) {
      const users = this.#users.get(part);
      if (users) users.add(thing);
      else this.#users.set(part, new Set([thing]));
    }
  }

  /** Forgets documents that nothing is made of any more, because guests come and go for days. */
  #forget(): void {
    if (this.#dropped.size === 0) return;
    const unused: string[] = [];
    // A Set's iterator includes members added during the loop.
    for (const url of this.#dropped) {
      if (this.#users.has(url) || this.#furniture.members.has(url) || this.#avatars.members.has(url)) continue;
      this.#drop(url);
      unused.push(url);
    }
    this.#dropped.clear();
    this.#graph.forget(unused);
  }
}

function listOf(shown: Iterable<string>, known: ReadonlyMap<string, unknown>): List {
  const members = new Set(shown);
  const unread = new Set([...members].filter(url => !known.has(url)));
  return { group: undefined, pages: new Set(), members, unread, isPartial: true };
}

function intersects(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const each of some) if (others.has(each)) return true;
  return false;
}
