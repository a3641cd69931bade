import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { Disposable } from '../../core/disposal.ts';
import { LiveError } from '../../live/server/live-error.ts';
import type { MeetingString } from '../strings/meeting/english.ts';
import { meetingStrings } from '../strings/meeting/table.ts';
import type { HudContext, Panel, PanelName } from './hud-context.ts';
import { type IconName, icon } from './icons.ts';
import type { MeetingOptions } from './meeting-host.ts';

/** How long a message to everybody stays. */
const TOAST_MS = 5000;
/** Interval of drawing changes in a hidden tab, ms. */
const HIDDEN_MS = 250;

interface DockItem {
  readonly panel: PanelName;
  readonly icon: IconName;
  readonly label: string;
  /** Number on the button. 0: none. */
  readonly badge?: number;
}

/** The controls: a dock of buttons at the bottom, one panel at a time above it, messages at the top. */
export class Hud implements Disposable, HudContext {
  readonly host: HudContext['host'];
  readonly #options: MeetingOptions;
  readonly #element = document.createElement('div');
  readonly #dock: () => readonly DockItem[];
  #panels: Readonly<Record<PanelName, Panel>> | undefined;
  #open: PanelName | undefined;
  #scheduled = false;
  #toast = '';
  #stopToast: (() => void) | undefined;
  #disposed = false;
  readonly #stopTranslating: () => void;

  /** @param dock - the buttons that are shown now. */
  constructor(options: MeetingOptions, dock: () => readonly DockItem[]) {
    this.#options = options;
    this.#dock = dock;
    this.host = options.host;
    this.#element.className = 'hud';
    this.#element.setAttribute('part', 'hud');
    this.#element.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !this.#open) return;
      event.stopPropagation();
      this.close();
    });
    options.root.append(this.#element);
    this.#stopTranslating = options.words.onChange(() => this.changed());
  }

  get live(): HudContext['live'] {
    return this.host.live;
  }

  /** The open panel. */
  get panel(): PanelName | undefined {
    return this.#open;
  }

  set panels(panels: Readonly<Record<PanelName, Panel>>) {
    this.#panels = panels;
    this.changed();
  }

  readonly text = (name: MeetingString, values?: Readonly<Record<string, string | number>>): string =>
    this.#options.words.text(meetingStrings, name, values);

  plural(name: string, count: number): string {
    return this.#options.words.plural(meetingStrings, name, count);
  }

  readonly changed = (): void => {
    if (this.#scheduled || this.#disposed) return;
    this.#scheduled = true;
    const draw = () => {
      this.#scheduled = false;
      if (!this.#disposed) this.#render();
    };
    // In a live room many things change between two frames. A hidden tab has no frames.
    if (document.hidden) this.#options.clock.after(HIDDEN_MS, draw);
    else requestAnimationFrame(draw);
  };

  changedIn(panel: PanelName | undefined): void {
    if (panel === undefined ? this.#open : this.#open === panel) this.changed();
  }

  readonly tell = (text: string): void => {
    this.#toast = text;
    this.#options.say(text);
    this.#stopToast?.();
    this.#stopToast = this.#options.clock.after(TOAST_MS, () => {
      this.#toast = '';
      this.changed();
    });
    this.changed();
  };

  readonly attempt = async (action: () => Promise<unknown>): Promise<boolean> => {
    try {
      await action();
      return true;
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.tell(this.#problem(error));
      return false;
    }
  };

  open(panel: PanelName): void {
    if (this.#open === panel || !this.#panels) return;
    if (this.#open) this.#panels[this.#open].closed?.();
    this.#open = panel;
    this.#panels[panel].opened?.();
    this.#render();
    const first =
      this.#element.querySelector<HTMLElement>('.panel [data-first]') ?? this.#element.querySelector<HTMLElement>('.panel h3');
    first?.focus({ preventScroll: true });
  }

  close(): void {
    const panel = this.#open;
    if (!panel || !this.#panels) return;
    const inside = this.#element.querySelector('.panel')?.matches(':focus-within');
    this.#panels[panel].closed?.();
    this.#open = undefined;
    this.#render();
    if (!inside) return;
    const button = this.#element.querySelector<HTMLElement>(`.dock [data-panel=${panel}]`);
    (button ?? this.#options.stage).focus({ preventScroll: true });
  }

  toggle(panel: PanelName): void {
    if (this.#open === panel) this.close();
    else this.open(panel);
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopToast?.();
    this.#stopTranslating();
    for (const panel of Object.values(this.#panels ?? {})) panel.dispose?.();
    render(nothing, this.#element);
    this.#element.remove();
  }

  #problem(error: unknown): string {
    if (!(error instanceof LiveError)) return this.text('meet.failed', { reason: (error as Error).message });
    if (error.status === 401 || error.status === 403) return this.text('meet.denied');
    if (error.status === 429) return this.text('meet.slow-down');
    if (error.status === undefined) return this.text('meet.unreachable');
    return this.text('meet.failed', { reason: error.message });
  }

  #render(): void {
    const log = this.#element.querySelector('.log');
    // Keep the latest line visible, unless the visitor scrolled up.
    const atEnd = !log || log.scrollTop + log.clientHeight > log.scrollHeight - 24;
    render(this.#template(), this.#element);
    if (atEnd) this.#element.querySelector('.log')?.scrollTo({ top: 1e6 });
  }

  #template(): TemplateResult {
    const open = this.#open && this.#panels?.[this.#open];
    const state = this.live?.state;
    const lost = state === 'reconnecting' || state === 'off' ? this.text(`state.${state}`) : '';
    return html`
      <div class="notes">
        ${lost ? html`<p class="toast lost" part="connection">${lost}</p>` : nothing}
        ${this.#toast ? html`<p class="toast" part="toast">${this.#toast}</p>` : nothing}
      </div>
      ${
        open
          ? html`<section class="panel of-${this.#open}" part="panel" role="dialog" aria-labelledby="panel-title">
              <header><h3 id="panel-title" tabindex="-1">${open.title()}</h3>
                <button class="icon-button" type="button" aria-label=${this.text('meet.close')} @click=${() => this.close()}>${icon('close')}</button>
              </header>
              <div class="body">${open.template()}</div>
            </section>`
          : nothing
      }
      <nav class="dock" part="dock" aria-label=${this.text('meet.controls')}>
        ${this.#dock().map(item => this.#button(item))}
        <slot name="voice"></slot>
      </nav>
    `;
  }

  #button({ panel, icon: sign, label, badge = 0 }: DockItem): TemplateResult {
    const open = this.#open === panel;
    const wide = panel === 'join';
    return html`<button class=${wide ? 'primary' : 'dock-button'} part="button" type="button" data-panel=${panel} aria-expanded=${open}
      aria-label=${wide ? nothing : label} title=${wide ? nothing : label} @click=${() => this.toggle(panel)}>
      ${wide ? label : icon(sign)}${badge > 0 ? html`<span class="badge" aria-hidden="true">${badge > 99 ? '99+' : badge}</span>` : nothing}
    </button>`;
  }
}
