import type { Defines, PreparedSource } from '../../d3d9/source/prepare.ts';
import { MAX_SWITCHES, readDefines, switchesOf, variantsOf, writeDefines } from '../../d3d9/source/variants.ts';
import { countVariants } from '../compile/count-variants.ts';
import { element } from '../element.ts';
import type { Stage, Target } from '../permalink.ts';
import { showVariants } from '../views/variants-view.ts';

export interface VariantsPanelEvents {
  /** Reports that the defines changed. */
  changed(): void;
  /** Returns what to count: the shader under these defines, and its target. */
  given(): { stage: Stage; target: Target; prepare(defines: Defines): PreparedSource };
}

/** The panel of defines: a text field, a switch for each macro that the shader tests, and the cost of every combination. */
export class VariantsPanel {
  readonly #input = element('defines', HTMLInputElement);
  readonly #switches = element('switches', HTMLDivElement);
  readonly #table = element('variants', HTMLDivElement);
  readonly #status = element('variants-status', HTMLOutputElement);
  readonly #events: VariantsPanelEvents;
  #names: readonly string[] = [];
  #counting: AbortController | undefined;

  constructor(events: VariantsPanelEvents) {
    this.#events = events;
    this.#input.addEventListener('input', () => {
      this.#showSwitches();
      events.changed();
    });
    element('count-variants', HTMLButtonElement).addEventListener('click', () => void this.#count());
  }

  /** The defines in the field, empty while its text is invalid. */
  get defines(): Defines {
    try {
      const defines = readDefines(this.#input.value);
      this.#say('');
      return defines;
    } catch (error) {
      this.#say((error as Error).message, true);
      return {};
    }
  }

  get text(): string {
    return this.#input.value;
  }

  set text(defines: string) {
    this.#input.value = defines;
    this.#showSwitches();
  }

  /** Updates the switches for a new or edited shader. */
  update(source: string): void {
    const names = switchesOf(source);
    if (names.join() === this.#names.join()) return;
    this.#names = names;
    this.#table.replaceChildren();
    this.#showSwitches();
  }

  #showSwitches(): void {
    const { defines } = this;
    this.#switches.replaceChildren(
      ...this.#names.map(name => {
        const label = document.createElement('label');
        const box = document.createElement('input');
        box.type = 'checkbox';
        box.checked = Object.hasOwn(defines, name);
        box.addEventListener('change', () => this.#toggle(name, box.checked));
        label.append(box, name);
        return label;
      }),
    );
  }

  #toggle(name: string, on: boolean): void {
    const { [name]: _, ...others } = this.defines;
    this.#input.value = writeDefines(on ? { ...others, [name]: '1' } : others);
    this.#events.changed();
  }

  async #count(): Promise<void> {
    this.#counting?.abort(new Error('counted anew'));
    const { signal } = (this.#counting = new AbortController());
    const names = this.#names.slice(0, MAX_SWITCHES);
    if (names.length === 0) {
      this.#say('The shader has no #if or #ifdef that asks for a macro.');
      return;
    }
    const { stage, target, prepare } = this.#events.given();
    const variants = variantsOf(names, this.defines).map(defines => ({ defines, source: prepare(defines).text }));
    this.#say(`counting ${variants.length} variants …`);
    try {
      const counts = await countVariants({ variants, stage, target }, signal);
      showVariants(this.#table, names, counts, defines => {
        this.text = writeDefines(defines);
        this.#events.changed();
      });
      const left = this.#names.length - names.length;
      this.#say(`${counts.length} variants for ${target}${left > 0 ? `; ${left} more switches are left as they are` : ''}`);
    } catch (error) {
      if (!signal.aborted) this.#say((error as Error).message, true);
    }
  }

  #say(text: string, bad = false): void {
    this.#status.textContent = text;
    this.#status.className = bad ? 'bad' : '';
  }
}
