import { html, nothing, type TemplateResult } from 'lit-html';
import type { Body } from '../../../live/live-room.ts';
import { LiveError } from '../../../live/server/live-error.ts';
import { isTouched } from '../../strings/pointer.ts';
import type { HudContext, Panel } from '../hud-context.ts';
import type { BodyChoice } from './body-choice.ts';

const LONGEST_NAME = 40;
/** Key of the last visit's name in this device's storage. */
const NAME_KEY = 'foyer-name';

/** The form for entering: name and body. */
export class JoinPanel implements Panel {
  readonly #context: HudContext;
  readonly #choice: BodyChoice;
  #name = remembered();
  #body: string | undefined;
  #entering = false;
  #problem = '';

  constructor(context: HudContext, choice: BodyChoice) {
    this.#context = context;
    this.#choice = choice;
  }

  title(): string {
    return this.#context.text('join.title');
  }

  opened(): void {
    this.#problem = '';
    void this.#findBodies();
  }

  /** Does most of the work of entering before the click. A failure here is ignored, because it is reported after the click. */
  #prepare(): void {
    // The bodies may arrive while the visitor enters, or later.
    if (this.#entering || this.#context.live?.me) return;
    const name = this.#name.trim();
    const body = this.#body === undefined ? {} : { avatar: this.#body };
    this.#context.live?.prepareToEnter({ ...body, ...(name === '' ? {} : { name }) }).catch(() => {});
  }

  template(): TemplateResult {
    const { text } = this.#context;
    // The button is not `disabled` while entering, because it would lose the focus, and keys would go to the page.
    return html`<form class="join" @submit=${(event: SubmitEvent) => this.#enter(event)}>
      <label class="field"><span>${text('join.name')}</span>
        <input part="name-input" name="name" required maxlength=${LONGEST_NAME} autocomplete="nickname" enterkeyhint="go" data-first dir="auto"
          .value=${this.#name} @input=${({ target }: InputEvent) => {
            this.#name = (target as HTMLInputElement).value;
          }} @change=${() => this.#prepare()} /></label>
      ${
        this.#choice.bodies.length === 0
          ? nothing
          : html`<fieldset class="bodies"><legend>${text('join.body')}</legend>
            <div class="tiles">${this.#choice.bodies.map(body => this.#tile(body))}</div></fieldset>`
      }
      ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
      <div class="submit"><button class="primary" type="submit" aria-disabled=${this.#entering}>${text(this.#entering ? 'join.entering' : 'join.submit')}</button></div>
    </form>`;
  }

  #tile(body: Body): TemplateResult {
    const { url, name } = body;
    return html`<label class="tile">
      <input type="radio" name="body" value=${url} .checked=${this.#body === url} @change=${() => {
        this.#body = url;
        this.#prepare();
      }} />
      ${this.#choice.picture(body)}
      <span class="name"><bdi>${name}</bdi></span>
    </label>`;
  }

  async #findBodies(): Promise<void> {
    await this.#choice.load();
    const { bodies } = this.#choice;
    // Visitors who enter one after the other should look different.
    this.#body ??= bodies[(this.#context.live?.people.size ?? 0) % bodies.length]?.url;
    this.#prepare();
    this.#context.changed();
  }

  async #enter(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = this.#name.trim();
    if (name === '' || this.#entering) return;
    const { host, text } = this.#context;
    this.#entering = true;
    this.#problem = '';
    this.#context.changed();
    try {
      await host.enter({ name, ...(this.#body !== undefined && { avatar: this.#body }) });
      remember(name);
      this.#context.close();
      this.#context.tell(text(isTouched() ? 'join.entered.touch' : 'join.entered'));
    } catch (error) {
      const full = error instanceof LiveError && error.code === 'room-full';
      this.#problem = full ? text('join.full') : text('meet.failed', { reason: (error as Error).message });
    } finally {
      this.#entering = false;
      this.#context.changed();
    }
  }
}

/** Returns '' if no name is stored, or storage is denied. */
function remembered(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    return '';
  }
}

function remember(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // Without storage, the form asks again next time.
  }
}
