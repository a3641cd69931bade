import { html, nothing, type TemplateResult } from 'lit-html';
import { Vector3 } from 'three';
import type { LiveFurniture } from '../../../room/furniture/live-furniture.ts';
import type { RoomPick } from '../../camera/pick-room.ts';
import { isTouched } from '../../strings/pointer.ts';
import { CarriedBox } from '../decorating/carried-box.ts';
import { CarryInput, TURN } from '../decorating/carry-input.ts';
import { FurnitureEditor } from '../decorating/furniture-editor.ts';
import type { HudContext, Panel } from '../hud-context.ts';
import { type IconName, icon } from '../icons.ts';
import type { SmallPictures } from '../pictures/small-pictures.ts';

/** Longer pieces, in metres, belong to the building and cannot be moved. */
const BUILDING = 6;
/** Maximum number of pieces in the list: those nearest to the camera's target. */
const LISTED = 12;

/** Moves furniture, for editors. While it is open, clicks pick up furniture. */
export class DecoratePanel implements Panel {
  readonly #context: HudContext;
  readonly #stage: HTMLElement;
  readonly #pictures: SmallPictures;
  #editor: FurnitureEditor | undefined;
  #input: CarryInput | undefined;
  #box: CarriedBox | undefined;
  #shelf = false;
  #stopListening: (() => void) | undefined;

  constructor(context: HudContext, stage: HTMLElement, pictures: SmallPictures) {
    this.#context = context;
    this.#stage = stage;
    this.#pictures = pictures;
  }

  title(): string {
    return this.#context.text('decorate.title');
  }

  opened(): void {
    const { live, host, text, tell, attempt } = this.#context;
    if (!live) return;
    const accent = getComputedStyle(this.#stage).getPropertyValue('--_accent').trim();
    const box = (this.#box = new CarriedBox(hexColor(accent) ?? 0xd98a5e));
    const editor = (this.#editor ??= new FurnitureEditor(live, {
      changed: () => {
        this.#box?.around(this.#editor?.carried);
        this.#context.changed();
      },
      moved: name => tell(text('decorate.moved', { name })),
      removed: name => tell(text('decorate.removed', { name })),
      added: name => tell(text('decorate.added', { name })),
      conflict: name => tell(text('decorate.conflict', { name })),
      arrived: () => this.#stage.focus({ preventScroll: true }),
    }));
    this.#input = new CarryInput({ host, stage: this.#stage, editor, attempt });
    box.around(editor.carried);
    this.#stopListening = live.events.on('change', () => editor.documentsChanged());
  }

  closed(): void {
    const editor = this.#editor;
    if (editor?.carried) void this.#context.attempt(() => editor.putDown());
    this.#stopListening?.();
    this.#input?.dispose();
    this.#box?.dispose();
    this.#input = this.#box = this.#stopListening = undefined;
    this.#shelf = false;
  }

  dispose(): void {
    this.closed();
    this.#editor = undefined;
  }

  /** Handles a click while the panel is open: picks up a piece, or puts the carried one there. */
  picked({ thing, point, normal }: RoomPick): boolean {
    const editor = this.#editor;
    if (!editor || !this.#input) return false;
    if (editor.carried && thing === editor.carried) void this.#context.attempt(() => editor.putDown());
    else if (editor.carried && this.#input.place(point, normal)) return true;
    else if (!('face' in thing) && isMovable(thing)) editor.pickUp(thing);
    return true;
  }

  template(): TemplateResult {
    const editor = this.#editor;
    if (!editor) return html``;
    const { text, attempt } = this.#context;
    const { history, carried } = editor;
    // Not disabled, because the button that undid the last change would lose the focus, and keys would go to the page.
    const tool = (sign: IconName, label: string, action: () => unknown, enabled = true) => html`
      <button class="icon-button" type="button" aria-label=${label} title=${label} aria-disabled=${!enabled} @click=${enabled ? action : nothing}>${icon(sign)}</button>`;
    const turn = (angle: number) => () => {
      editor.turn(angle);
      void attempt(() => editor.rest());
    };
    const name = carried?.group.name ?? '';
    return html`
      <p class="faint" id="decorate-help" aria-live="polite">
        ${
          carried
            ? html`<strong class="strong">${text('decorate.carrying', { name })}</strong> ${isTouched() ? nothing : text('decorate.keys')}`
            : text(isTouched() ? 'decorate.help.touch' : 'decorate.help')
        }
      </p>
      <div class="carry-tools" role="toolbar" aria-label=${this.title()}>
        ${tool('undo', text('decorate.undo'), () => attempt(() => history.undo()), history.canUndo)}
        ${tool('redo', text('decorate.redo'), () => attempt(() => history.redo()), history.canRedo)}
        ${tool('left', text('decorate.left'), turn(TURN), carried !== undefined)}
        ${tool('right', text('decorate.right'), turn(-TURN), carried !== undefined)}
        ${tool('remove', text('decorate.remove', { name }), () => attempt(() => editor.remove()), carried !== undefined)}
        ${tool('down', text('decorate.down'), () => attempt(() => editor.putDown()), carried !== undefined)}
      </div>
      <details class=${carried ? 'carrying' : ''} .open=${this.#shelf} @toggle=${({ target }: Event) => this.#unfold((target as HTMLDetailsElement).open)}>
        <summary>${icon('add')}<span>${text('decorate.shelf')}</span></summary>
        ${this.#shelf ? html`<div class="tiles">${this.#products().map(thing => this.#product(thing))}</div>` : nothing}
      </details>
      ${
        carried
          ? nothing
          : html`<ul class="pieces" aria-label=${text('decorate.pick')}>${this.#nearest().map(
              thing =>
                html`<li><button class="chip" type="button" @click=${() => {
                  editor.pickUp(thing);
                  this.#stage.focus({ preventScroll: true });
                }}>${thing.group.name}</button></li>`,
            )}</ul>`
      }
    `;
  }

  #product(thing: LiveFurniture): TemplateResult {
    const { product } = thing.info;
    const { session } = this.#context.host;
    const { text, attempt } = this.#context;
    const label = text('decorate.add', { name: product.name });
    return html`<button class="tile" type="button" aria-label=${label} title=${product.name}
      @click=${() => attempt(async () => this.#editor?.add(product.url, product.name, this.#before()))}>
      <span class="picture">${session && this.#pictures.ofProduct(session, product.url)}</span>
    </button>`;
  }

  #unfold(open: boolean): void {
    this.#shelf = open;
    this.#context.changed();
  }

  /** Returns each product of the room once, by name. They can be added again. */
  #products(): readonly LiveFurniture[] {
    const byName = new Map<string, LiveFurniture>();
    for (const thing of this.#movable()) if (!byName.has(thing.info.product.name)) byName.set(thing.info.product.name, thing);
    return [...byName.values()].sort((a, b) => a.info.product.name.localeCompare(b.info.product.name));
  }

  #nearest(): readonly LiveFurniture[] {
    const [x, y, z] = this.#context.host.view.target;
    const at = new Vector3(x, y, z);
    const away = ({ group }: LiveFurniture) => group.position.distanceToSquared(at);
    return this.#movable()
      .sort((a, b) => away(a) - away(b))
      .slice(0, LISTED);
  }

  #movable(): LiveFurniture[] {
    return [...(this.#context.host.session?.furniture ?? [])].filter(isMovable);
  }

  /** Returns the point of the floor that the camera looks at, two to four metres ahead. */
  #before(): [number, number, number] {
    const { position, target } = this.#context.host.view;
    const ahead = new Vector3(target[0] - position[0], 0, target[2] - position[2]);
    const length = Math.min(4, Math.max(2, ahead.length()));
    ahead.normalize().multiplyScalar(length);
    return [position[0] + ahead.x, 0, position[2] + ahead.z];
  }
}

function isMovable({ info }: LiveFurniture): boolean {
  const { bounds } = info.product;
  return !bounds || Math.max(bounds.max[0] - bounds.min[0], bounds.max[2] - bounds.min[2]) < BUILDING;
}

/** `#d98a5e`, `#d98a5eff` or `#d85` as a number; undefined for other notations. */
function hexColor(text: string): number | undefined {
  const long = text.replace(/^#(.)(.)(.).?$/, '#$1$1$2$2$3$3');
  const [, digits] = /^#([0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(long) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
