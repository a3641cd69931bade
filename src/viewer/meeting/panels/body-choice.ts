import { html, type TemplateResult } from 'lit-html';
import type { Body } from '../../../live/live-room.ts';
import type { HudContext } from '../hud-context.ts';
import { hideBroken } from '../pictures/hide-broken.ts';
import type { SmallPictures } from '../pictures/small-pictures.ts';

/** The list of bodies to choose from, with pictures. */
export class BodyChoice {
  readonly #context: HudContext;
  readonly #pictures: SmallPictures;
  #bodies: readonly Body[] = [];
  #asked = false;

  constructor(context: HudContext, pictures: SmallPictures) {
    this.#context = context;
    this.#pictures = pictures;
  }

  /** The bodies that have arrived. */
  get bodies(): readonly Body[] {
    return this.#bodies;
  }

  /** Requests the bodies once. Shows a failure; the next call tries again. */
  async load(): Promise<void> {
    const { live, attempt, changed } = this.#context;
    if (!live || this.#asked) return;
    this.#asked = true;
    await attempt(async () => {
      this.#bodies = await live.bodies();
    });
    this.#asked = this.#bodies.length > 0;
    changed();
  }

  picture({ url, name, picture }: Body): TemplateResult {
    const avatar = this.#context.host.session?.avatars.find(({ info }) => info.node === url);
    const drawn = avatar && this.#pictures.ofPerson(`body ${url}`, avatar);
    return html`<span class="picture">${drawn ?? (picture ? html`<img src=${picture} alt="" loading="lazy" @error=${hideBroken} />` : html`<b aria-hidden="true">${name.slice(0, 1)}</b>`)}</span>`;
  }
}
