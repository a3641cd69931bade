import type * as v from 'valibot';
import { Emitter } from '../core/emitter.ts';
import { FormatError } from '../core/errors.ts';
import { check } from './check.ts';
import { DocumentNames } from './document-names.ts';
import { isGroup } from './documents.ts';
import { Freshness } from './freshness.ts';
import { defaultLimits, type GraphLimits } from './graph-limits.ts';
import { groupsOf, type StoredDocument } from './groups-of.ts';
import { type Links, resolveLink, resolveRelations, tryResolve, withoutFragment } from './links.ts';
import { readResponse } from './read-response.ts';
import { type UpdateQueueEvents, UpdateQueues } from './update-queues.ts';

/** A response on its way. */
export interface DocumentDownload {
  readonly done: Promise<Uint8Array>;
  /** The URL that it came from, after redirects: links are relative to it. Undefined: the one that was asked for. */
  readonly url?: string | undefined;
}

/**
 * Loads the response for one document. `fresh` bypasses every cache, because the document is stale. `depth` is the number of links
 * from the first document. A loader that loads the deepest first completes one thing before it begins the next.
 */
export type LoadDocument = (url: string, options: { fresh: boolean; depth: number }) => DocumentDownload;

export interface GraphEvents extends UpdateQueueEvents {
  /** These documents are stale. The next `get` requests them again. */
  stale: { readonly urls: readonly string[] };
}

/** Share of the limits at which the client forgets everything and starts over. */
const NEARLY = 0.75;
/** Members of a group from which on they are remembered. */
const LARGE = 20;

/** A checked document. Its links are absolute. */
export type Found<Schema extends v.GenericSchema> = v.InferOutput<Schema> & { readonly url: string };

interface Stored extends StoredDocument {
  /** The result of the latest `get`, so that an unchanged document is checked once. */
  checked?: { readonly schema: v.GenericSchema; readonly found: { readonly url: string } };
}

/**
 * Follows documents from URL to URL. A response brings others along (`denormalized`); those are used before anything is
 * asked for. Documents are checked when they are asked for, one by one, so a wrong one is an error for itself only.
 *
 * One client belongs to one room: a response may bring documents of any URL, so a client shared by rooms would let one
 * room answer for another.
 *
 * ```ts
 * const graph = new GraphClient(load);
 * const room = await graph.get('https://example.org/rooms/lounge/room.json', roomDocument);
 * for await (const url of graph.members(room.relations.furniture)) await graph.get(url, furnitureEdge);
 * ```
 */
export class GraphClient {
  readonly events = new Emitter<GraphEvents>();
  readonly #load: LoadDocument;
  readonly #limits: GraphLimits;
  readonly #documents = new Map<string, Stored>();
  readonly #names = new DocumentNames();
  readonly #freshness = new Freshness();
  readonly #loading = new Map<string, Promise<void>>();
  /** Number of links to a document from the first, by the first path found. */
  readonly #depths = new Map<string, number>();
  /**
   * Groups of many members -> their members when last read. A live room names the same members again, and parsing a URL is slow.
   */
  readonly #large = new Map<string, ReadonlySet<string>>();
  readonly #queues = new UpdateQueues(this.events);
  #responses = 0;

  constructor(load: LoadDocument, limits: Partial<GraphLimits> = {}) {
    this.#load = load;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * Returns the document at `url` (absolute), checked by `schema`, with its relations resolved.
   * @throws FormatError where it does not match `schema`; LoadError where it cannot be loaded or the server reports failure.
   */
  async get<Schema extends v.GenericSchema>(url: string, schema: Schema): Promise<Found<Schema>> {
    const stored = await this.#find(url);
    const { base, checked: before } = stored;
    if (before?.schema === schema && before.found.url === url) return before.found as Found<Schema>;
    const checked = check(url, stored.document, schema) as v.InferOutput<Schema> & Links;
    const updates = checked.updates && resolveLink(checked.updates, base, url);
    if (updates) this.#queues.name(updates, url);
    const found = {
      ...checked,
      ...(updates && { updates }),
      relations: resolveRelations(checked.relations, base, url, this),
      url,
    };
    for (const link of Object.values(found.relations)) this.#linked(link, url);
    stored.checked = { schema, found };
    return found;
  }

  /**
   * Yields the URLs in a node or edge group, each once. Members of good pages are yielded before a bad page throws.
   * @throws FormatError when a page is wrong, when `next` runs in a circle, or past the limits of pages and members.
   */
  async *members(url: string): AsyncGenerator<string, void, undefined> {
    for await (const page of this.pages(url)) yield* page;
  }

  /**
   * Works like `members`, page by page.
   * @param pages - the URLs of the pages are added to it.
   */
  async *pages(url: string, pages = new Set<string>()): AsyncGenerator<readonly string[], void, undefined> {
    const seen = new Set<string>();
    const before = this.#large.get(url);
    for (let page: string | undefined = url; page !== undefined; ) {
      if (pages.has(page)) throw new FormatError('pages run in a circle', { url, at: 'next', value: page });
      pages.add(page);
      if (pages.size > this.#limits.pages) throw new FormatError(`more than ${this.#limits.pages} pages`, { url });
      const { document, base } = await this.#find(page);
      if (!isGroup(document)) throw new FormatError('not a node or edge group', { url: page, value: document });
      const { nodes, edges = [], next } = document;
      const members: string[] = [];
      let problem: unknown;
      try {
        const links = nodes ?? edges;
        for (let i = 0; i < links.length; i++) {
          const member = links[i];
          const absolute = before?.has(member) || this.knows(member) ? member : resolveLink(member, base, page);
          if (seen.has(absolute)) continue;
          seen.add(absolute);
          if (seen.size > this.#limits.members) throw new FormatError(`more than ${this.#limits.members} members`, { url });
          this.#linked(absolute, url);
          members.push(absolute);
        }
      } catch (error) {
        problem = error;
      }
      yield members;
      if (problem) throw problem;
      page = next === undefined ? undefined : resolveLink(next, base, page);
      if (page !== undefined) this.#linked(page, url);
      else if (seen.size > LARGE) this.#large.set(url, seen);
    }
  }

  /** Marks every document that named the update queue `queue` (absolute URL) as stale. */
  update(queue: string): void {
    this.#invalidate(this.#queues.documentsOf(queue));
  }

  /** The update queues (absolute URLs) that the documents read so far have named. */
  get queues(): readonly string[] {
    return this.#queues.urls;
  }

  /**
   * Drops documents that are no longer needed, and the update queues that no other document names. Guests come and go for days. A
   * document that is needed again is requested again.
   */
  forget(urls: Iterable<string>): void {
    const gone = [...urls];
    // No queue will report them as stale any more.
    this.#drop(new Set(gone));
    for (const url of gone) {
      this.#names.forget(url);
      this.#depths.delete(url);
      this.#large.delete(url);
      this.#queues.forget(url);
    }
    this.#bound();
  }

  /**
   * Marks documents as stale, and the groups that they relate to, which have no update queue of their own. The next `get`
   * requests them again.
   */
  invalidate(...urls: string[]): void {
    this.#invalidate(urls);
  }

  #invalidate(urls: Iterable<string>): void {
    const stale = new Set<string>();
    for (const url of urls) {
      stale.add(url);
      for (const group of groupsOf(this.#names.of(url, this.#documents), this.#documents)) stale.add(group);
    }
    if (stale.size === 0) return;
    this.#drop(stale);
    this.#bound();
    this.events.emit('stale', { urls: [...stale] });
  }

  /**
   * Marks exactly `urls` as stale, and stores the documents that arrived with that news as their new versions. Groups that they
   * relate to stay as they are.
   *
   * @param documents - by URL; relative URLs are resolved against `base`.
   * @param base - the URL that the news came from.
   */
  take(urls: readonly string[], documents: Readonly<Record<string, unknown>>, base: string): void {
    const absolute = (link: string) => (this.knows(link) ? link : tryResolve(link, base));
    const keys = Object.keys(documents);
    const news = keys.map(absolute);
    const stale = new Set<string>();
    for (const url of urls.map(absolute).concat(news)) if (url !== undefined) stale.add(url);
    this.#drop(stale);
    for (let i = 0; i < keys.length; i++) {
      const url = news[i];
      if (url !== undefined) this.#store(url, { document: documents[keys[i]], base }, this.#freshness.now);
    }
    this.#bound();
    this.events.emit('stale', { urls: [...stale] });
  }

  /** Returns the URL of the response that brought the document at `url`, after redirects; `url` itself where it is not stored. */
  baseOf(url: string): string {
    return this.#documents.get(this.#names.of(url, this.#documents))?.base ?? url;
  }

  /** Whether the document at this absolute URL is stored. Such a link needs no resolving: parsing a URL takes 10 microseconds. */
  knows(url: string): boolean {
    return this.#documents.has(url) && /^https?:/.test(url);
  }

  /** Marks every document as stale, where it is not known which changed. */
  reset(): void {
    const stale = new Set(this.#documents.keys());
    this.#drop(stale);
    this.#startOver();
    this.events.emit('stale', { urls: [...stale] });
  }

  /** Drops documents, and adds their other URLs to the set. */
  #drop(urls: Set<string>): void {
    this.#names.addOthers(urls);
    for (const url of urls) this.#documents.delete(url);
    this.#freshness.invalidate(urls);
  }

  /** Limits apply to a live room's present size, not to its lifetime total. Near them the client forgets what it holds. */
  #bound(): void {
    const { responses, documents } = this.#limits;
    if (this.#responses > responses * NEARLY || this.#documents.size > documents * NEARLY) this.#startOver();
    if (this.#loading.size === 0) this.#freshness.compact();
  }

  /** Forgets everything. Documents are requested again when they are next needed. */
  #startOver(): void {
    this.#documents.clear();
    this.#depths.clear();
    this.#freshness.startOver();
    this.#responses = 0;
  }

  async #find(url: string): Promise<Stored> {
    // An invalidation may overtake an answer. Then the document is requested again, a few times at most.
    for (let attempt = 0; attempt <= 4; attempt++) {
      const name = this.#names.of(url, this.#documents);
      const stored = this.#documents.get(name);
      if (stored) return stored;
      if (this.#freshness.hasArrived(withoutFragment(url), name)) break;
      await this.#bring(url);
    }
    throw new FormatError('the response lacks the document that was asked for', { url });
  }

  /** Loads the response that should contain `url`. Two callers at once share it. */
  #bring(url: string): Promise<void> {
    const file = withoutFragment(url);
    const stale = this.#freshness.staleSince(url);
    const key = `${stale} ${file}`;
    let loading = this.#loading.get(key);
    if (!loading) {
      const options = { fresh: stale > 0, depth: this.#depths.get(url) ?? 0 };
      this.#loading.set(key, (loading = this.#ask(file, options).finally(() => this.#loading.delete(key))));
    }
    return loading;
  }

  #linked(url: string, from: string): void {
    if (!this.#depths.has(url)) this.#depths.set(url, 1 + (this.#depths.get(from) ?? 0));
  }

  async #ask(file: string, options: Parameters<LoadDocument>[1]): Promise<void> {
    const begun = this.#freshness.now;
    if (++this.#responses > this.#limits.responses)
      throw new FormatError(`more than ${this.#limits.responses} responses`, { url: file });
    const download = this.#load(file, options);
    const bytes = await download.done;
    this.#take(file, bytes, download.url ?? file, begun);
    this.#freshness.arrived(file, begun);
  }

  #take(file: string, bytes: Uint8Array, base: string, begun: number): void {
    const { id, denormalized } = readResponse(file, bytes, this.#limits.responseBytes);
    for (const [key, document] of Object.entries(denormalized)) {
      const url = tryResolve(key, base);
      if (url !== undefined) this.#store(url, { document, base }, begun);
    }
    // The answer may have another URL or `id` than `file` (a redirect, a file that was moved, a query that was appended).
    const name = id === undefined || this.#documents.has(base) ? base : tryResolve(id, base);
    if (name && name !== file) this.#names.add(file, name);
  }

  #store(url: string, stored: Stored, begun: number): void {
    if (this.#freshness.staleSince(url) > begun) return;
    if (!this.#documents.has(url) && this.#documents.size >= this.#limits.documents) {
      throw new FormatError(`more than ${this.#limits.documents} documents`, { url });
    }
    this.#documents.set(url, stored);
  }
}
