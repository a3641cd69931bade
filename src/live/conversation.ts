import { messageEdge, roomDocument } from '../graph/room-documents.ts';
import { namesOfSpeakersWhoLeft } from './left-speakers.ts';
import { type LiveContext, newKey, roomGroup } from './live-context.ts';
import type { People } from './people.ts';
import type { Message, Person } from './person.ts';
import type { MessageEvent } from './updates/update-events.ts';

/** Maximum number of messages kept: as many as the server keeps. */
const MOST_MESSAGES = 200;
const LONGEST_MESSAGE = 280;

/** The messages of the room: keeps those of others and sends mine. */
export class Conversation {
  readonly #context: LiveContext;
  readonly #people: People;
  readonly #messages: Message[] = [];
  /** URLs of `#messages`. */
  readonly #taken = new Set<string>();

  constructor(context: LiveContext, people: People) {
    this.#context = context;
    this.#people = people;
  }

  /** The latest 200 messages of this visit, the earliest first. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** `LiveRoom.say` */
  async say(me: Person, text: string): Promise<void> {
    const said = text.trim();
    if (said === '' || said.length > LONGEST_MESSAGE)
      throw new RangeError(`a message has 1 to ${LONGEST_MESSAGE} characters, got ${said.length}`);
    const { api, random, session } = this.#context;
    const url = await roomGroup(session, 'messages');
    const body = { data: { text: said }, relations: { ref: me.node } };
    await api.ask({ method: 'POST', url, body, idempotencyKey: newKey(random) });
  }

  /** `LiveRoom.history` */
  async history(): Promise<Message[]> {
    const { api, session } = this.#context;
    const { messages } = (await session.graph.get(session.url, roomDocument)).relations;
    if (messages === undefined) return [];
    const { documents, base } = await api.ask({ url: messages });
    session.graph.take([], documents, base);
    const found: MessageEvent[] = [];
    for await (const url of session.graph.members(messages)) {
      const { data, relations } = await session.graph.get(url, messageEdge);
      found.push({ url, avatar: relations.ref, text: data.text, at: data.at ?? '' });
    }
    const unknown = found.map(({ avatar }) => avatar).filter(node => !this.#nameOf(node));
    const names = await namesOfSpeakersWhoLeft(this.#context, unknown);
    return found.map(event => this.#messageOf(event, names)).sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  /** Adds a message. A second arrival of it is ignored. @param event - its URLs are absolute. */
  take(event: MessageEvent): void {
    if (this.#taken.has(event.url)) return;
    const message = this.#messageOf(event);
    this.#messages.push(message);
    this.#taken.add(event.url);
    if (this.#messages.length > MOST_MESSAGES) this.#taken.delete(this.#messages.shift()?.url ?? '');
    this.#context.events.emit('message', message);
  }

  /** Removes the messages among documents that changed. The server changes a message only by removing it. */
  documentsChanged(urls: readonly string[]): void {
    for (const url of urls) if (this.#taken.has(url)) this.remove(url);
  }

  /** Removes one message here; `LiveRoom.removeMessage` removes it for everybody. */
  remove(url: string): void {
    const at = this.#messages.findIndex(message => message.url === url);
    const message = at < 0 ? undefined : this.#messages.splice(at, 1)[0];
    this.#taken.delete(url);
    this.#context.events.emit('unsaid', { url, message });
  }

  #nameOf(node: string): string {
    return this.#people.find(node)?.name ?? this.#people.nameOf(node);
  }

  #messageOf({ url, avatar: node, text, at }: MessageEvent, names?: ReadonlyMap<string, string>): Message {
    const time = Date.parse(at);
    const person = this.#people.find(node);
    const name = this.#nameOf(node) || (names?.get(node) ?? '');
    const ms = Number.isNaN(time) ? this.#context.serverClock.now * 1000 : time;
    return new SaidMessage(this.#people, { url, node, text, name, ms, isMine: person?.isMe ?? false });
  }
}

/** A message of somebody who may be muted or leave. Hundreds are kept, so it holds neither the speaker's body (50 KB) nor closures. */
class SaidMessage implements Message {
  readonly url: string;
  readonly node: string;
  readonly text: string;
  readonly name: string;
  readonly isMine: boolean;
  readonly #ms: number;
  readonly #people: People;

  constructor(people: People, said: Pick<Message, 'url' | 'node' | 'text' | 'name' | 'isMine'> & { readonly ms: number }) {
    this.#people = people;
    this.url = said.url;
    this.node = said.node;
    this.text = said.text;
    this.name = said.name;
    this.isMine = said.isMine;
    this.#ms = said.ms;
  }

  get at(): Date {
    return new Date(this.#ms);
  }

  get person(): Person | undefined {
    return this.#people.find(this.node);
  }

  get muted(): boolean {
    return this.#people.isMuted(this.node);
  }
}
