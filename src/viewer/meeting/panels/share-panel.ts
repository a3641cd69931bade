import { html, nothing, type TemplateResult } from 'lit-html';
import type { HudContext, Panel } from '../hud-context.ts';
import { type IconName, icon } from '../icons.ts';
import { copyLink, linkTo } from '../sharing/copy-link.ts';
import { savePhoto } from '../sharing/photo.ts';

/** Links, photos and full screen, for sharing the room. */
export class SharePanel implements Panel {
  readonly #context: HudContext;
  readonly #labels: { tags: boolean };
  readonly #abort = new AbortController();

  /** @param labels - their tags can be switched off. */
  constructor(context: HudContext, labels: { tags: boolean }) {
    this.#context = context;
    this.#labels = labels;
    document.addEventListener('fullscreenchange', () => context.changed(), { signal: this.#abort.signal });
  }

  title(): string {
    return this.#context.text('share.title');
  }

  template(): TemplateResult {
    const { host, text, live } = this.#context;
    const item = (sign: IconName, label: string, action: () => unknown, first = false) => html`
      <button class="item" type="button" ?data-first=${first} @click=${action}>${icon(sign)}<span>${label}</span></button>`;
    const whole = document.fullscreenElement === host;
    return html`<div class="items">
      ${item('link', text('share.link'), () => copyLink(this.#context, host.view), true)}
      ${'share' in navigator ? item('share', text('share.send'), () => this.#share()) : nothing}
      ${item('photo', text('share.photo'), () => this.#photo())}
      ${
        document.fullscreenEnabled
          ? item(whole ? 'shrink' : 'grow', text(whole ? 'share.small-screen' : 'share.full-screen'), () =>
              this.#context.attempt(() => (whole ? document.exitFullscreen() : host.requestFullscreen())),
            )
          : nothing
      }
      <label class="item"><input type="checkbox" .checked=${this.#labels.tags}
        @change=${({ target }: Event) => {
          this.#labels.tags = (target as HTMLInputElement).checked;
        }} /><span>${text('share.tags')}</span></label>
      ${live?.me ? item('leave', text('join.leave'), () => this.#leave()) : nothing}
    </div>`;
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #share(): Promise<void> {
    const title = this.#context.host.session?.root.name ?? document.title;
    try {
      await navigator.share({ title, url: linkTo(this.#context.host.view) });
    } catch (error) {
      // The visitor closed the sheet.
      if ((error as Error).name !== 'AbortError') await copyLink(this.#context, this.#context.host.view);
    }
  }

  async #photo(): Promise<void> {
    if (await this.#context.attempt(() => savePhoto(this.#context.host)))
      this.#context.tell(this.#context.text('share.photo-saved'));
  }

  async #leave(): Promise<void> {
    if (await this.#context.attempt(() => this.#context.host.leave())) this.#context.tell(this.#context.text('join.left'));
    this.#context.close();
  }
}
