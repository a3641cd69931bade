import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Message } from '../../../live/person.ts';
import { piecesOf } from '../chat/message-text.ts';
import type { HudContext, Panel } from '../hud-context.ts';
import { icon } from '../icons.ts';

/** Maximum length of a message that the server accepts, characters. */
const LONGEST = 280;
/** The number of characters left is shown from this number on. */
const NEARLY = 40;
/** Maximum number of lines. Older ones are removed. */
const MOST_LINES = 200;

interface Note {
  readonly key: string;
  readonly note: string;
}
type Line = Note | { readonly key: string; readonly message: Message };

/** Shows messages, and who came and left, and has a field to write a message. */
export class ChatPanel implements Panel {
  unread = 0;
  readonly #context: HudContext;
  #lines: Line[] = [];
  #open = false;
  #draft = '';
  #notes = 0;
  /** Number of lines from before the visitor entered. */
  #earlier = 0;

  constructor(context: HudContext) {
    this.#context = context;
  }

  title(): string {
    return this.#context.text('chat.title');
  }

  opened(): void {
    this.#open = true;
    this.unread = 0;
  }

  closed(): void {
    this.#open = false;
  }

  /**
   * Adds a message. Adding it twice is harmless.
   * @param earlier - whether it is from before the visitor entered: it is inserted before the others and does not count as unread.
   */
  add(message: Message, earlier = false): void {
    if (this.#lines.some(({ key }) => key === message.url)) return;
    // The speaker may be muted later, so the line reads that from the message itself.
    const line: Line = { key: message.url, message };
    if (earlier) this.#lines.splice(this.#earlier++, 0, line);
    else this.#push(line);
    if (!earlier && !this.#open && !message.isMine && !message.muted) this.unread++;
    this.#context.changed();
  }

  /** Somebody came or went. */
  note(note: string): void {
    this.#push({ key: `note ${++this.#notes}`, note });
    this.#context.changedIn('chat');
  }

  /** A message was removed. */
  remove(url: string): void {
    this.#lines = this.#lines.filter(({ key }) => key !== url);
    this.#context.changedIn('chat');
  }

  template(): TemplateResult {
    const { live } = this.#context;
    const heard = this.#lines.filter(line => 'note' in line || !line.message.muted);
    return html`
      <div class="log" part="chat-log" role="log" tabindex="0" aria-label=${this.title()}>
        ${
          heard.length === 0
            ? html`<p class="faint">${this.#context.text('chat.empty')}</p>`
            : repeat(
                heard,
                ({ key }) => key,
                line => this.#line(line),
              )
        }
      </div>
      ${live?.me ? this.#form() : html`<p class="faint foot">${this.#context.text('chat.enter-first')}</p>`}
    `;
  }

  #line(line: Line): TemplateResult {
    if ('note' in line) return html`<p class="note">${line.note}</p>`;
    const { text, live } = this.#context;
    const { isMine, name: speaker, text: said, url } = line.message;
    const name = isMine ? text('chat.me') : speaker || text('chat.unknown');
    return html`
      <div class=${isMine ? 'line mine' : 'line'}>
        <p dir="auto">
          <strong><bdi>${name}</bdi></strong>
          ${piecesOf(said).map(({ text, href }) =>
            href === undefined ? text : html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${text}</a>`,
          )}
        </p>
        ${
          live?.rights.moderate
            ? html`<button class="icon-button" type="button" aria-label=${text('chat.remove', { name })}
                @click=${() => this.#context.attempt(() => live.removeMessage(url))}>${icon('remove')}</button>`
            : nothing
        }
      </div>
    `;
  }

  #form(): TemplateResult {
    const { text } = this.#context;
    const left = LONGEST - this.#draft.length;
    return html`
      <form class="say" @submit=${(event: SubmitEvent) => this.#send(event)}>
        <input part="chat-input" name="text" .value=${this.#draft} maxlength=${LONGEST} autocomplete="off" enterkeyhint="send" dir="auto" data-first
          placeholder=${text('chat.say')} aria-label=${text('chat.say')}
          @input=${({ target }: InputEvent) => this.#type((target as HTMLInputElement).value)} />
        <button class="icon-button accent" type="submit" aria-label=${text('chat.send')}>${icon('send')}</button>
        ${left <= NEARLY ? html`<p class="left faint" role="status">${this.#context.plural('chat.remaining', left)}</p>` : nothing}
      </form>
    `;
  }

  #type(draft: string): void {
    this.#draft = draft;
    this.#context.changed();
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { live } = this.#context;
    const said = this.#draft.trim();
    if (!live || said === '') return;
    this.#type('');
    // A message that was not sent is put back into the field.
    if (!(await this.#context.attempt(() => live.say(said))) && this.#draft === '') this.#type(said);
  }

  #push(line: Line): void {
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES)
      this.#earlier = Math.max(0, this.#earlier - this.#lines.splice(0, this.#lines.length - MOST_LINES).length);
  }
}
