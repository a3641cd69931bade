import { html, nothing, type TemplateResult } from 'lit-html';
import type { Body, LiveRoom } from '../../../live/live-room.ts';
import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';
import type { HudContext, Panel } from '../hud-context.ts';
import { hideBroken } from '../pictures/hide-broken.ts';
import type { SmallPictures } from '../pictures/small-pictures.ts';
import type { BodyChoice } from './body-choice.ts';

/** A product that can be put on. */
interface Garment {
  readonly url: string;
  readonly name: string;
  readonly category: string;
  readonly picture: string | undefined;
}

/** Order of categories: from head to foot. Others follow. */
const ORDER = ['hair', 'top', 'bottom', 'shoes'] as const;
/** Categories that cannot be changed, because they are the person. */
const BODY = 'body';

/** The clothes that fit the visitor's avatar, by category, with pictures. A click puts one on. */
export class WardrobePanel implements Panel {
  readonly #context: HudContext;
  readonly #pictures: SmallPictures;
  #ofServer: readonly Garment[] = [];
  readonly #choice: BodyChoice;
  #asked = false;
  #changing: string | undefined;

  constructor(context: HudContext, pictures: SmallPictures, choice: BodyChoice) {
    this.#context = context;
    this.#choice = choice;
    this.#pictures = pictures;
  }

  title(): string {
    return this.#context.text('wardrobe.title');
  }

  opened(): void {
    const { live } = this.#context;
    void this.#choice.load();
    if (this.#asked || !live) return;
    this.#asked = true;
    // Clothes of the room are shown at once. Those of the server follow.
    void live.products().then(
      products => {
        this.#ofServer = products.flatMap(({ url, name, category, picture }) =>
          category === undefined ? [] : [{ url, name, category, picture }],
        );
        this.#context.changed();
      },
      () => {
        this.#asked = false;
      },
    );
  }

  template(): TemplateResult {
    const me = this.#context.live?.me;
    const byCategory = me ? this.#fitting(me.avatar) : new Map<string, Garment[]>();
    const { bodies } = this.#choice;
    if (!me || byCategory.size + bodies.length === 0) return html`<p class="faint">${this.#context.text('wardrobe.nothing')}</p>`;
    const worn = new Set(me.avatar.outfit.map(({ product }) => product.url));
    return html`<div class="wardrobe" aria-busy=${this.#changing !== undefined}>${[...byCategory].map(
      ([category, garments]) => html`<section aria-label=${this.#nameOf(category)}>
        <h4>${this.#nameOf(category)}</h4>
        <div class="tiles">${garments.map(garment => this.#tile(garment, worn.has(garment.url)))}</div>
      </section>`,
    )}
    ${
      bodies.length === 0
        ? nothing
        : html`<section aria-label=${this.#context.text('wardrobe.body')}>
        <h4>${this.#context.text('wardrobe.body')}</h4>
        <div class="tiles">${bodies.map(body => this.#bodyTile(body))}</div>
      </section>`
    }</div>`;
  }

  #bodyTile(body: Body): TemplateResult {
    const label = this.#context.text('wardrobe.become', { name: body.name });
    const changing = this.#changing === body.url;
    return html`<button class=${changing ? 'tile changing' : 'tile'} type="button" title=${label} aria-label=${label}
      @click=${() => this.#change(body.url, live => live.changeBody(body.url))}>${this.#choice.picture(body)}</button>`;
  }

  #tile({ url, name, picture }: Garment, worn: boolean): TemplateResult {
    const { session } = this.#context.host;
    const drawn = session && this.#pictures.ofProduct(session, url, this.#context.live?.me?.avatar);
    return html`<button class=${this.#changing === url ? 'tile changing' : 'tile'} type="button" aria-pressed=${worn} title=${name} aria-label=${name}
      @click=${() => this.#wear(url, worn)}>
      <span class="picture">${drawn ?? (picture ? html`<img src=${picture} alt="" loading="lazy" @error=${hideBroken} />` : html`<b aria-hidden="true">${name.slice(0, 1)}</b>`)}</span>
    </button>`;
  }

  /** Returns what others in the room with the same skeleton wear, and the server's products of those categories. */
  #fitting({ info, outfit }: LiveAvatar): ReadonlyMap<string, Garment[]> {
    const found = new Map<string, Garment>();
    const parts = [
      ...outfit,
      ...(this.#context.host.session?.avatars ?? [])
        .filter(a => a.info.skeleton.url === info.skeleton.url)
        .flatMap(a => a.outfit),
    ];
    for (const { product, joint } of parts) {
      const { url, name, category } = product;
      if (joint === undefined && category !== undefined && category !== BODY)
        found.set(url, { url, name, category, picture: undefined });
    }
    const categories = new Set([...found.values()].map(({ category }) => category));
    for (const garment of this.#ofServer)
      if (categories.has(garment.category) && !found.has(garment.url)) found.set(garment.url, garment);
    const place = (category: string) => (ORDER.indexOf(category as never) + ORDER.length + 1) % (ORDER.length + 1);
    const sorted = [...categories].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
    return new Map(sorted.map(category => [category, [...found.values()].filter(garment => garment.category === category)]));
  }

  #nameOf(category: string): string {
    const { text } = this.#context;
    for (const known of ORDER) if (known === category) return text(`wardrobe.${known}`);
    return category === '' ? text('wardrobe.other') : category.charAt(0).toUpperCase() + category.slice(1);
  }

  async #wear(url: string, worn: boolean): Promise<void> {
    if (!worn) await this.#change(url, live => live.wear(url));
  }

  async #change(url: string, change: (live: LiveRoom) => Promise<void>): Promise<void> {
    const { live } = this.#context;
    if (!live?.me) return;
    this.#changing = url;
    this.#context.changed();
    await this.#context.attempt(() => change(live));
    if (this.#changing === url) this.#changing = undefined;
    this.#context.changed();
  }
}
