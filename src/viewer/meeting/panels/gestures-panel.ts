import { html, type TemplateResult } from 'lit-html';
import { gestures } from '../../../live/motion/gestures.ts';
import type { HudContext, Panel } from '../hud-context.ts';

/** Buttons for what one can show. The keys 1 to 4 do the same. */
export class GesturesPanel implements Panel {
  readonly #context: HudContext;

  constructor(context: HudContext) {
    this.#context = context;
  }

  title(): string {
    return this.#context.text('gesture.title');
  }

  template(): TemplateResult {
    const { text } = this.#context;
    return html`<div class="gestures">${gestures.map(
      ({ name }, i) => html`
        <button class="chip" type="button" ?data-first=${i === 0} @click=${() => this.show(i)}>
          <span>${text(`gesture.${name}`)}</span><kbd aria-hidden="true">${i + 1}</kbd>
        </button>`,
    )}</div>`;
  }

  /** @param index - of `gestures`. @returns whether there is such a gesture, and somebody to make it. */
  show(index: number): boolean {
    const { live } = this.#context;
    const gesture = gestures[index];
    if (!gesture || !live?.me) return false;
    void this.#context.attempt(async () => live.gesture(gesture.name));
    return true;
  }
}
