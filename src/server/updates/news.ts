import type { Aggregate } from '../documents/aggregate.ts';
import type { Applied, Documents } from '../documents/documents.ts';
import { json, LOBBY } from '../documents/responses/compose.ts';
import type { Render } from '../documents/responses/render.ts';
import { frame, frameOf } from './frames.ts';

/** Turns an entry of the log into an event for the readers of a queue. */

/** Maximum size of all documents in a `stale` event, bytes. */
const ALONG_BYTES = 8192;

/** What is kept of an entry, for readers that resume. */
export interface News {
  readonly position: number;
  readonly aggregate: string;
  readonly paths: readonly string[];
  /** Paths of new messages. */
  readonly said: readonly string[];
  readonly queues: ReadonlySet<string>;
}

export function newsOf({ entry, aggregate, paths }: Applied, documents: Documents): News {
  const said = entry.change.operations.flatMap(operation =>
    'put' in operation && operation.put.startsWith('messages/') ? [operation.put] : [],
  );
  const queues = new Set<string>(documents.references.rooms(aggregate.id)).add(aggregate.id);
  if (paths.has('') || (aggregate.kind === 'room' && paths.has('avatars'))) queues.add(LOBBY);
  return { position: entry.position, aggregate: aggregate.id, paths: [...paths], said, queues };
}

export class NewsFrames {
  readonly #documents: Documents;
  readonly #render: Render;

  constructor(documents: Documents, render: Render) {
    this.#documents = documents;
    this.#render = render;
  }

  /** Returns the event for `news` in `queue`, with the current documents. Undefined if it concerns nobody there. */
  frame(news: News, queue: string): Buffer | undefined {
    const aggregate = this.#documents.find(news.aggregate);
    if (!aggregate) return undefined;
    if (queue === LOBBY) return this.#lobby(news, aggregate);
    const [said] = news.said;
    if (said !== undefined) return this.#message(news, aggregate, said);
    if (news.paths.length === 0) return undefined;
    return this.#stale(news, aggregate, queue);
  }

  #message(news: News, room: Aggregate, path: string): Buffer | undefined {
    const member = room.member(path);
    // The message was removed since, or is older than those that are kept.
    if (!member) return undefined;
    const { addresses } = this.#render;
    const { text, at } = member.data;
    const data = { url: addresses.document(room.id, path), avatar: addresses.ofRef(member.ref), text, at };
    return frame('message', data, news.position);
  }

  #stale(news: News, aggregate: Aggregate, queue: string): Buffer {
    const { addresses } = this.#render;
    const urls = news.paths.map(path => addresses.document(aggregate.id, path));
    const along = new Along();
    const inOrder = [...news.paths].sort((a, b) => rank(a) - rank(b));
    for (const path of inOrder) this.#bring(along, aggregate, path, queue);
    for (const path of inOrder) this.#bringReferred(along, aggregate, path, queue);
    return this.#staleFrame(urls, along, news.position);
  }

  #lobby(news: News, aggregate: Aggregate): Buffer {
    const { addresses } = this.#render;
    const along = new Along();
    const urls = [addresses.document(aggregate.id)];
    if (aggregate.created === news.position || aggregate.deleted) urls.push(addresses.nodes(aggregate.kind));
    if (aggregate.exists) along.add(urls[0], this.#render.node(aggregate, LOBBY));
    return this.#staleFrame(urls, along, news.position);
  }

  #staleFrame(urls: readonly string[], along: Along, position: number): Buffer {
    const documents = along.text === '' ? '' : `,"denormalized":{${along.text}}`;
    return frameOf('stale', `{"urls":${JSON.stringify(urls)}${documents}}`, position);
  }

  #bring(along: Along, aggregate: Aggregate, path: string, queue: string): void {
    if (!aggregate.exists) return;
    const url = this.#render.addresses.document(aggregate.id, path);
    const member = aggregate.member(path);
    if (path === '') along.add(url, this.#render.node(aggregate, queue));
    else if (member) along.add(url, this.#render.edge(member, queue));
    else if (!path.includes('/') && path !== 'messages') {
      for (const page of this.#render.pages(aggregate, path, queue)) along.add(page.url, page.document);
    }
  }

  /**
   * Adds the outfit of an avatar that entered, and products that are new to the room, so that most changes need no GET. Products that others
   * refer to are usually known already.
   */
  #bringReferred(along: Along, aggregate: Aggregate, path: string, queue: string): void {
    const member = aggregate.member(path);
    const referred = member && this.#documents.existing(member.ref);
    if (!referred || (referred.kind === 'product' && [...this.#documents.references.to(referred.id)].length > 1)) return;
    if (member.version !== aggregate.revision || path.startsWith('messages/')) return;
    this.#bring(along, referred, '', queue);
    for (const [name, { members }] of referred.groups) {
      this.#bring(along, referred, name, queue);
      for (const id of members.keys()) this.#bring(along, referred, `${name}/${id}`, queue);
    }
  }
}

/** Order of the documents: edges, then nodes, then groups, which are the longest. */
const rank = (path: string): number => (path.includes('/') ? 0 : path === '' ? 1 : 2);

/** Adds documents while they fit. */
class Along {
  text = '';
  #bytes = 0;

  add(url: string, document: object): void {
    const piece = json(url, document);
    const bytes = Buffer.byteLength(piece) + 1;
    if (this.#bytes + bytes > ALONG_BYTES) return;
    this.#bytes += bytes;
    this.text += this.text === '' ? piece : `,${piece}`;
  }
}
