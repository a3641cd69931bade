import { html, nothing, type TemplateResult } from 'lit-html';
import type { LiveRoom, Person, Seat } from '../../../live/live-room.ts';
import { gestures } from '../../../live/motion/gestures.ts';
import type { HudContext, Panel } from '../hud-context.ts';

/** Maximum number of seats in the list, the nearest first. */
const SEATS = 8;
/** Distance from the seat after standing up, metres. */
const STAND = 0.7;

/** Buttons for gestures, and for sitting down and standing up without a mouse. The keys 1 to 4 make gestures too. */
export class GesturesPanel implements Panel {
  readonly #context: HudContext;

  constructor(context: HudContext) {
    this.#context = context;
  }

  title(): string {
    return this.#context.text('gesture.title');
  }

  template(): TemplateResult {
    const { text, live } = this.#context;
    return html`<div class="gestures">${gestures.map(
      ({ name }, i) => html`
        <button class="chip" type="button" ?data-first=${i === 0} @click=${() => this.show(i)}>
          <span>${text(`gesture.${name}`)}</span><kbd aria-hidden="true">${i + 1}</kbd>
        </button>`,
    )}</div>
    ${live?.me ? this.#seats(live, live.me) : nothing}`;
  }

  /** @param index - of `gestures`. @returns whether there is such a gesture, and the visitor is in the room. */
  show(index: number): boolean {
    const { live } = this.#context;
    const gesture = gestures[index];
    if (!gesture || !live?.me) return false;
    void this.#context.attempt(async () => live.gesture(gesture.name));
    return true;
  }

  #seats(live: LiveRoom, me: Person): TemplateResult | typeof nothing {
    const { text } = this.#context;
    if (me.activity === 'sitting')
      return html`<button class="chip" type="button" @click=${() => standUp(live, me)}>${text('gesture.stand')}</button>`;
    const { seats } = live;
    if (seats.length === 0) return nothing;
    const free = seats
      .filter(seat => !live.isTaken(seat))
      .map(seat => ({ seat, metres: metresTo(me, seat) }))
      .sort((a, b) => a.metres - b.metres)
      .slice(0, SEATS);
    return html`<h4>${text('seats.title')}</h4>
      ${free.length === 0 ? html`<p class="faint">${text('seats.taken')}</p>` : nothing}
      <div class="gestures">${free.map(
        ({ seat, metres }) => html`<button class="chip" type="button" @click=${() => live.sit(seat)}>
          <span>${text('seats.sit', { name: this.#nameOf(seat), metres: Math.max(1, Math.round(metres)) })}</span>
        </button>`,
      )}</div>`;
  }

  #nameOf({ furniture }: Seat): string {
    return this.#context.host.session?.furniture.find(({ info }) => info.url === furniture)?.group.name ?? '';
  }
}

function metresTo({ avatar }: Person, { position }: Seat): number {
  const { elements } = avatar.group.matrix;
  return Math.hypot(position[0] - elements[12], position[2] - elements[14]);
}

/** Walks to the free floor before the seat. */
function standUp(live: LiveRoom, { avatar }: Person): void {
  const { elements: m } = avatar.group.matrix;
  live.walkTo([m[12] + STAND * m[8], m[13], m[14] + STAND * m[10]]);
}
