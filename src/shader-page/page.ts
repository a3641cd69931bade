/** The shader profiling page. */
import { copyText } from '../core/clipboard.ts';
import type { CatalogEntry } from './catalog/catalog.ts';
import { CatalogSelect } from './catalog/catalog-select.ts';
import { detectShaderStage } from './catalog/detect-shader-stage.ts';
import { readDroppedFiles } from './catalog/dropped-files.ts';
import { IncludedFiles } from './catalog/included-files.ts';
import type { Compiled, Hint } from './compile/compiled.ts';
import { element, makeScrollable } from './element.ts';
import { History } from './history.ts';
import { ShaderPanel } from './panels/shader-panel.ts';
import { TextPanel } from './panels/text-panel.ts';
import { VariantsPanel } from './panels/variants-panel.ts';
import { decodeState, encodeState, type PageState, type Stage, type Target, targetsOf } from './permalink.ts';
import { TimingPanel } from './timing/timing-panel.ts';
import { showDifference } from './views/difference-view.ts';
import { showHints } from './views/hint-view.ts';
import { showHistory } from './views/history-view.ts';
import { showLineCosts } from './views/line-cost-view.ts';

/** The name of a visitor's shader until it gets another. */
const OWN = 'my shader';

/** The shader profiling page: connects the two shaders and the panels. */
export class ShaderPage {
  readonly #shaders = element('lanes', HTMLElement);
  readonly #catalog = new CatalogSelect(element('catalog', HTMLSelectElement), entry => this.#openEntry(entry));
  readonly #stage = element('stage', HTMLSelectElement);
  readonly #target = element('target', HTMLSelectElement);
  readonly #name = element('name', HTMLInputElement);
  readonly #compare = element('compare', HTMLButtonElement);
  readonly #wrap = element('wrap', HTMLInputElement);
  readonly #status = element('status', HTMLOutputElement);
  readonly #files = new IncludedFiles();
  readonly #history = new History();
  readonly #texts = new TextPanel(() => this.#context());
  readonly #variants: VariantsPanel;
  readonly #a: ShaderPanel;
  #b: ShaderPanel | undefined;
  #known = OWN;
  #gl: WebGLRenderingContext | null | undefined;

  constructor(catalog: readonly CatalogEntry[]) {
    this.#a = this.#createPanel('A');
    this.#variants = new VariantsPanel({
      changed: () => this.#open(this.state),
      given: () => ({ ...this.state, prepare: defines => this.#a.prepare(defines) }),
    });
    this.#catalog.add(catalog);
    makeScrollable(element('difference', HTMLDivElement), 'Listings of A and B');
    makeScrollable(element('variants', HTMLDivElement), 'Variants');
    makeScrollable(element('text', HTMLPreElement), 'Text of the shader');
    new TimingPanel(
      () => this.#context(),
      () => ({
        stage: this.state.stage,
        sources: [this.#a, ...(this.#b ? [this.#b] : [])].map(panel => panel.prepared.text),
      }),
    );
    this.#stage.addEventListener('change', () => this.#open({ ...this.state, stage: this.#stage.value as Stage }));
    this.#target.addEventListener('change', () => this.#open(this.state));
    this.#name.addEventListener('change', () => this.#rename());
    this.#compare.addEventListener('click', () => (this.#b ? this.#closeB() : this.#openB(this.#a.source)));
    this.#wrap.addEventListener('change', () => this.#setWrap());
    element('format', HTMLButtonElement).addEventListener('click', () => void this.#format());
    element('link', HTMLButtonElement).addEventListener('click', () => void this.#copyLink());
    window.addEventListener('hashchange', () => void this.restore());
    document.addEventListener('dragover', event => event.preventDefault());
    document.addEventListener('drop', event => this.#drop(event));
    element('open', HTMLInputElement).addEventListener('change', event => {
      const input = event.target as HTMLInputElement;
      void this.#openFiles([...(input.files ?? [])]);
      input.value = '';
    });
  }

  get state(): PageState {
    const stage = this.#stage.value as Stage;
    const target = targetsOf(stage).find(t => t === this.#target.value) ?? targetsOf(stage)[0];
    const defines = this.#variants.text.trim();
    return {
      ...{ stage, target, a: this.#a.source },
      ...(this.#b ? { b: this.#b.source } : {}),
      ...(defines ? { defines } : {}),
    };
  }

  /** Opens the state in the address, or the first shader of the catalog. */
  async restore(): Promise<void> {
    try {
      const state = await decodeState(location.hash);
      if (state) this.#open(state);
      else if (this.#a.source === '') this.#openEntry(this.#catalog.first);
    } catch (error) {
      if (this.#a.source === '') this.#openEntry(this.#catalog.first);
      this.#say(error instanceof Error ? error.message : String(error), true);
    }
  }

  #open({ stage, target, a, b, defines = '' }: PageState): void {
    this.#stage.value = stage;
    const targets = targetsOf(stage);
    this.#target.replaceChildren(...targets.map(t => new Option(t, t)));
    const chosen: Target = targets.find(t => t === target) ?? targets[0];
    this.#target.value = chosen;
    if (this.#variants.text.trim() !== defines) this.#variants.text = defines;
    this.#a.open(a, stage, chosen, this.#variants.defines);
    if (b === undefined) this.#closeB();
    else {
      this.#b ??= this.#createPanel('B');
      this.#b.open(b, stage, chosen, this.#variants.defines);
      this.#showPair();
    }
  }

  #openEntry(entry: CatalogEntry | undefined): void {
    if (!entry) return;
    this.#known = this.#name.value = entry.name;
    const { stage, source } = entry;
    this.#open({ stage, target: this.#sameModel(stage, this.state.target), a: source });
    this.#a.showMain();
  }

  /** Returns the target of a stage with the current shader model, so a visitor on ps_3_0 keeps model 3. */
  #sameModel(stage: Stage, target: Target): Target {
    return targetsOf(stage).find(t => t.slice(2) === target.slice(2)) ?? targetsOf(stage)[0];
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
    this.#shaders.classList.toggle('two', two);
    this.#compare.setAttribute('aria-pressed', `${two}`);
    element('difference-panel', HTMLElement).hidden = !two;
    this.#showDifference();
  }

  #createPanel(name: string): ShaderPanel {
    const panel = new ShaderPanel(name, this.#files, {
      edited: replaced => {
        this.#say('');
        if (replaced && panel === this.#a) this.#known = this.#name.value = this.#freshName();
        const stage = detectShaderStage(panel.source);
        // The visitor pasted a shader of the other stage.
        if (panel === this.#a && !this.#b && stage && stage !== this.state.stage)
          this.#open({ ...this.state, stage, target: this.#sameModel(stage, this.state.target) });
        if (panel === this.#a) this.#sourceChanged();
      },
      compiled: (which, result) => this.#compiled(which, result),
      hints: (which, hints) => this.#hints(which, hints),
    });
    panel.wrap = this.#wrap.checked;
    this.#shaders.append(panel.element);
    return panel;
  }

  #compiled(panel: ShaderPanel, result: Compiled): void {
    this.#showDifference();
    if (panel !== this.#a || result.errors.length > 0) return;
    if (this.#history.add(this.#known, panel.source, this.state.target, result.slots)) this.#showHistory();
    showLineCosts(element('costs', HTMLOListElement), panel.costs, panel.source, line => panel.showLine(line));
    this.#texts.show(this.state.stage, panel.prepared.text);
  }

  #showHistory(): void {
    showHistory(element('history', HTMLOListElement), this.#history, this.#known, (name, source) => {
      this.#known = this.#name.value = name;
      this.#open({ ...this.state, stage: detectShaderStage(source) ?? this.state.stage, a: source });
    });
  }

  #hints(panel: ShaderPanel, hints: readonly Hint[]): void {
    if (panel === this.#a) showHints(element('hints', HTMLDivElement), hints, rewritten => this.#openB(rewritten));
  }

  #showDifference(): void {
    const a = this.#a.result;
    const b = this.#b?.result;
    if (!a || !b) return;
    const texts = [a, b].map(r => r.listing.map(l => l.text));
    showDifference(element('difference', HTMLDivElement), texts[0], texts[1], [a.slots, b.slots]);
  }

  /** Creates a separate, small context. Null where the browser has none: then the page shows only its static part. */
  #context(): WebGLRenderingContext | null {
    if (this.#gl === undefined)
      this.#gl = document.createElement('canvas').getContext('webgl', { antialias: false, depth: false });
    return this.#gl;
  }

  async #copyLink(): Promise<void> {
    const link = encodeState(this.state).then(state => {
      history.replaceState(null, '', `#${state}`);
      return location.href;
    });
    const copied = await copyText(link);
    await link;
    this.#say(copied ? 'The link is copied and stands in the address bar.' : 'The link stands in the address bar.');
  }

  async #format(): Promise<void> {
    const { formatShader } = await import('../d3d9/source/format.ts');
    const { state } = this;
    this.#open({ ...state, a: formatShader(state.a), ...(state.b === undefined ? {} : { b: formatShader(state.b) }) });
  }

  #setWrap(): void {
    for (const panel of [this.#a, this.#b]) if (panel) panel.wrap = this.#wrap.checked;
  }

  #drop(event: DragEvent): void {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.#openFiles(files);
  }

  async #openFiles(files: readonly File[]): Promise<void> {
    const { shaders, includes, problems } = await readDroppedFiles(files);
    for (const { name, text } of includes) this.#files.add(name, text);
    this.#catalog.add(shaders, ' (opened)');
    const [first] = shaders;
    if (first) this.#openEntry(first);
    for (const panel of [this.#a, this.#b]) panel?.refresh();
    const opened = first
      ? `${first.name} is open as A${shaders.length > 1 ? `; the list has ${shaders.length - 1} more` : ''}.`
      : '';
    const kept = !first && includes.length > 0 ? `Shaders can include ${includes.map(i => i.name).join(', ')} now.` : '';
    this.#say([opened, kept, ...problems].filter(Boolean).join(' '), problems.length > 0);
  }

  /** Updates the list's selection for shader A: an unchanged entry, or the visitor's own. */
  #sourceChanged(): void {
    const { stage, a } = this.state;
    const listed = this.#catalog.choose(stage, a);
    if (listed !== undefined) this.#known = this.#name.value = listed;
    this.#variants.update(a);
  }

  /** Returns an unused name for a pasted shader, so that it has its own history. */
  #freshName(): string {
    const taken = new Set(this.#history.names);
    let name = OWN;
    for (let n = 2; taken.has(name); n++) name = `${OWN} ${n}`;
    return name;
  }

  #rename(): void {
    const name = this.#name.value.trim() || OWN;
    this.#history.rename(this.#known, name);
    this.#known = this.#name.value = name;
    this.#showHistory();
  }

  #say(text: string, bad = false): void {
    this.#status.textContent = text;
    this.#status.className = bad ? 'bad' : '';
  }
}
