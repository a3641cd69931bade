import { systemClock } from '../core/clock.ts';
import type { CatalogEntry } from './catalog.ts';
import type { Compiled, Hint } from './compile/compiled.ts';
import { detectShaderStage } from './detect-shader-stage.ts';
import { History } from './history.ts';
import { decodeState, encodeState, type PageState, type Stage, type Target, targetsOf } from './permalink.ts';
import { Lane } from './shader-panel.ts';
import { linkProgram } from './timing/program.ts';
import { measure } from './timing/timing.ts';
import { TimingView } from './timing/timing-view.ts';
import { showDifference } from './views/difference-view.ts';
import { showHints } from './views/hint-view.ts';
import { showHistory } from './views/history-view.ts';

/** Counted frames of each shader: enough for a p95 that one hiccup does not make. */
const FRAMES = 60;

/** The element of that id; the page cannot work without it. */
function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`profile.html has no <${type.name}> with the id ${id}`);
  return found;
}

/** The shader profiling page: holds the lanes and the panels together. */
export class ProfilePage {
  readonly #catalog: readonly CatalogEntry[];
  readonly #lanes = element('lanes', HTMLElement);
  readonly #select = element('catalog', HTMLSelectElement);
  readonly #stage = element('stage', HTMLSelectElement);
  readonly #target = element('target', HTMLSelectElement);
  readonly #compare = element('compare', HTMLButtonElement);
  readonly #status = element('status', HTMLOutputElement);
  readonly #timing = new TimingView(element('timing', HTMLDivElement));
  readonly #history = new History();
  readonly #a: Lane;
  #b: Lane | undefined;
  #measuring: AbortController | undefined;
  #gl: WebGLRenderingContext | null | undefined;

  constructor(catalog: readonly CatalogEntry[]) {
    this.#catalog = catalog;
    this.#a = this.#createLane('A');
    this.#fillCatalog();
    this.#select.addEventListener('change', () => this.#openEntry(this.#select.value === '' ? -1 : Number(this.#select.value)));
    this.#stage.addEventListener('change', () => this.#open({ ...this.state, stage: this.#stage.value as Stage }));
    this.#target.addEventListener('change', () => this.#open(this.state));
    this.#compare.addEventListener('click', () => (this.#b ? this.#closeB() : this.#openB(this.#a.source)));
    element('link', HTMLButtonElement).addEventListener('click', () => void this.#copyLink());
    element('measure', HTMLButtonElement).addEventListener('click', () => void this.#measure());
    window.addEventListener('hashchange', () => void this.restore());
    document.addEventListener('dragover', event => event.preventDefault());
    document.addEventListener('drop', event => void this.#drop(event));
  }

  get state(): PageState {
    const stage = this.#stage.value as Stage;
    const target = targetsOf(stage).find(t => t === this.#target.value) ?? targetsOf(stage)[0];
    return { stage, target, a: this.#a.source, ...(this.#b ? { b: this.#b.source } : {}) };
  }

  /** Opens what the address holds, or the first shader of the catalog. */
  async restore(): Promise<void> {
    try {
      const state = await decodeState(location.hash);
      if (state) this.#open(state);
      else if (this.#a.source === '') this.#openEntry(0);
    } catch (error) {
      if (this.#a.source === '') this.#openEntry(0);
      this.#say(error instanceof Error ? error.message : String(error), true);
    }
  }

  #open({ stage, target, a, b }: PageState): void {
    this.#stage.value = stage;
    const targets = targetsOf(stage);
    this.#target.replaceChildren(...targets.map(t => new Option(t, t)));
    const chosen: Target = targets.find(t => t === target) ?? targets[0];
    this.#target.value = chosen;
    this.#a.open(a, stage, chosen);
    if (b === undefined) this.#closeB();
    else {
      this.#b ??= this.#createLane('B');
      this.#b.open(b, stage, chosen);
      this.#showPair();
    }
  }

  #openEntry(index: number): void {
    const entry: CatalogEntry | undefined = this.#catalog[index];
    if (!entry) return;
    this.#open({ stage: entry.stage, target: targetsOf(entry.stage)[0], a: entry.source });
    this.#a.showMain();
  }

  #openB(source: string): void {
    this.#open({ ...this.state, b: source });
    this.#b?.showMain();
  }

  #closeB(): void {
    this.#b?.dispose();
    this.#b = undefined;
    this.#showPair();
  }

  #showPair(): void {
    const two = this.#b !== undefined;
    this.#lanes.classList.toggle('two', two);
    this.#compare.setAttribute('aria-pressed', `${two}`);
    element('difference-panel', HTMLElement).hidden = !two;
    this.#showDifference();
  }

  #createLane(name: string): Lane {
    const lane = new Lane(name, {
      edited: () => {
        this.#say('');
        const stage = detectShaderStage(lane.source);
        // Somebody pastes a shader of the other stage.
        if (lane === this.#a && !this.#b && stage && stage !== this.state.stage) this.#open({ ...this.state, stage });
        this.#nameSource();
      },
      compiled: (which, result) => this.#compiled(which, result),
      hints: (which, hints) => this.#hints(which, hints),
    });
    this.#lanes.append(lane.element);
    return lane;
  }

  #compiled(lane: Lane, result: Compiled): void {
    this.#showDifference();
    if (lane !== this.#a) return;
    if (result.errors.length > 0) return;
    if (this.#history.add(lane.source, this.state.target, result.slots)) {
      showHistory(element('history', HTMLOListElement), this.#history.entries, source =>
        this.#open({ ...this.state, a: source }),
      );
    }
    this.#showDriver(lane.source);
  }

  #hints(lane: Lane, hints: readonly Hint[]): void {
    if (lane === this.#a) showHints(element('hints', HTMLDivElement), hints, rewritten => this.#openB(rewritten));
  }

  #showDifference(): void {
    const a = this.#a.result;
    const b = this.#b?.result;
    if (!a || !b) return;
    const texts = [a, b].map(r => r.listing.map(l => l.text));
    showDifference(element('difference', HTMLDivElement), texts[0], texts[1], [a.slots, b.slots]);
  }

  /** A context of its own, small; null where the browser has none: then the page is its static part only. */
  #context(): WebGLRenderingContext | null {
    if (this.#gl === undefined)
      this.#gl = document.createElement('canvas').getContext('webgl', { antialias: false, depth: false });
    return this.#gl;
  }

  #showDriver(source: string): void {
    const gl = this.#context();
    let text = 'This browser has no WebGL here: the static part works all the same.';
    if (gl) {
      try {
        const program = linkProgram(gl, this.state.stage, source);
        text = program.translated ?? 'This browser does not tell (it lacks WEBGL_debug_shaders).';
        program.dispose();
      } catch (error) {
        text = `The driver says: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    element('driver', HTMLPreElement).textContent = text;
  }

  async #measure(): Promise<void> {
    this.#measuring?.abort(new Error('measured anew'));
    const controller = (this.#measuring = new AbortController());
    const status = element('timing-status', HTMLOutputElement);
    const gl = this.#context();
    if (!gl) {
      status.textContent = 'This browser has no WebGL here.';
      return;
    }
    const input = element('avatars', HTMLInputElement);
    const avatars = Math.min(500, Math.max(1, Math.round(input.valueAsNumber) || 1));
    input.valueAsNumber = avatars;
    status.className = '';
    status.textContent = 'measuring …';
    const { stage, a, b } = this.state;
    const sources = b === undefined ? [a] : [a, b];
    try {
      const timings = await measure({
        gl,
        clock: systemClock,
        stage,
        sources,
        avatars,
        frames: FRAMES,
        signal: controller.signal,
      });
      this.#timing.show(['A', 'B'], timings, stage);
      status.textContent = `${avatars} draws a frame, ${FRAMES} frames${sources.length > 1 ? ' each, in turn' : ''}`;
    } catch (error) {
      if (controller.signal.aborted) return;
      status.className = 'bad';
      status.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  async #copyLink(): Promise<void> {
    history.replaceState(null, '', `#${await encodeState(this.state)}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.#say('The link is copied and stands in the address bar.');
    } catch {
      this.#say('The link stands in the address bar.');
    }
  }

  async #drop(event: DragEvent): Promise<void> {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    const stage: Stage = /\.(frag|fs|fsh|ps)(\.glsl)?$/i.test(file.name)
      ? 'fragment'
      : /\.(vert|vs|vsh)(\.glsl)?$/i.test(file.name)
        ? 'vertex'
        : this.state.stage;
    this.#open({ ...this.state, stage, a: await file.text() });
    this.#say(`${file.name} is open as A.`);
  }

  /** The list says whose shader A is: one of its own, as it is, or the visitor's. */
  #nameSource(): void {
    const { stage, a } = this.state;
    const index = this.#catalog.findIndex(e => e.stage === stage && e.source === a);
    this.#select.value = index < 0 ? '' : `${index}`;
  }

  #fillCatalog(): void {
    this.#select.append(new Option('your own', ''));
    for (const [label, stage] of [
      ['Vertex', 'vertex'],
      ['Fragment', 'fragment'],
    ] as const) {
      const group = document.createElement('optgroup');
      group.label = label;
      this.#catalog.forEach((entry, i) => {
        if (entry.stage === stage) group.append(new Option(entry.name, `${i}`));
      });
      this.#select.append(group);
    }
  }

  #say(text: string, bad = false): void {
    this.#status.textContent = text;
    this.#status.className = bad ? 'bad' : '';
  }
}
