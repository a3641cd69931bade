import { systemClock } from '../../core/clock.ts';
import { type Defines, type PreparedSource, prepareSource } from '../../d3d9/source/prepare.ts';
import { chipBudgets } from '../budgets.ts';
import type { IncludedFiles } from '../catalog/included-files.ts';
import { CompileClient } from '../compile/compile-client.ts';
import type { Compiled, Hint, TargetUsage } from '../compile/compiled.ts';
import { type LineCost, lineCosts } from '../compile/line-costs.ts';
import { ShaderEditor } from '../editor/editor.ts';
import type { SourceError } from '../editor/source-error.ts';
import type { Stage, Target } from '../permalink.ts';
import { budgetElement } from '../views/budget-view.ts';
import { countElement } from '../views/count-view.ts';
import { ListingView } from '../views/listing-view.ts';

export interface ShaderPanelEvents {
  /** Reports a new source. `replaced`: the visitor replaced the whole text. */
  edited(replaced: boolean): void;
  /** Reports the listing of a source without errors. */
  compiled(panel: ShaderPanel, result: Compiled): void;
  hints(panel: ShaderPanel, hints: readonly Hint[]): void;
}

/** The panel of one shader: editor, budgets and listing. Lines and their instructions highlight each other. */
export class ShaderPanel {
  readonly name: string;
  readonly element = document.createElement('section');
  readonly #files: IncludedFiles;
  readonly #editor: ShaderEditor;
  readonly #listing: ListingView;
  readonly #client: CompileClient;
  readonly #summary = document.createElement('div');
  readonly #events: ShaderPanelEvents;
  readonly #usages = new Map<Target, TargetUsage>();
  #stage: Stage = 'vertex';
  #target: Target = 'vs_2_0';
  #defines: Defines = {};
  #prepared: PreparedSource = { text: '', rows: [], notes: [] };
  #result: Compiled | undefined;

  constructor(name: string, files: IncludedFiles, events: ShaderPanelEvents) {
    this.name = name;
    this.#files = files;
    this.#events = events;
    this.element.className = 'lane';
    this.element.setAttribute('aria-label', `Shader ${name}`);
    this.#summary.className = 'summary';
    const editor = document.createElement('div');
    editor.className = 'editor';
    this.#listing = new ListingView(`Assembly of shader ${name}`, lines => this.#editor.lightUp(lines));
    this.element.append(this.#summary, editor, this.#listing.element);
    this.#editor = new ShaderEditor(editor, `GLSL of shader ${name}`, {
      changed: replaced => {
        this.#compile();
        events.edited(replaced);
      },
      pointed: line => this.#listing.lightUp(line),
    });
    this.#client = new CompileClient({
      createWorker: () => new Worker(new URL('../compile/compile-worker.ts', import.meta.url), { type: 'module' }),
      clock: systemClock,
      events: {
        compiled: result => this.#show(this.#inEditor(result)),
        usage: (target, usage) => {
          this.#usages.set(target, usage);
          this.#showSummary();
        },
        hints: hints =>
          events.hints(
            this,
            hints.map(h => ({ ...h, line: this.#rowOf(h.line) || h.line })),
          ),
        failed: message => this.#fail(message),
      },
    });
  }

  get source(): string {
    return this.#editor.source;
  }

  /** The shader in the form that WebGL receives: includes resolved, defines in front. */
  get prepared(): PreparedSource {
    return this.#prepared;
  }

  /** The newest result without errors. Its lines are those of the editor. */
  get result(): Compiled | undefined {
    return this.#result;
  }

  get costs(): readonly LineCost[] {
    return this.#result ? lineCosts(this.#result) : [];
  }

  set wrap(on: boolean) {
    this.#editor.wrap = on;
  }

  showMain(): void {
    this.#editor.showMain();
  }

  showLine(line: number): void {
    this.#editor.showLine(line);
  }

  open(source: string, stage: Stage, target: Target, defines: Defines): void {
    this.#stage = stage;
    this.#target = target;
    this.#defines = defines;
    if (source === this.source) this.#compile();
    else this.#editor.source = source;
  }

  /** Compiles again, for instance after an included file arrived. */
  refresh(): void {
    this.#compile();
  }

  prepare(defines: Defines): PreparedSource {
    const { file, chunk } = this.#files;
    return prepareSource(this.source, { stage: this.#stage, defines, include: file, chunk });
  }

  #compile(): void {
    void this.#files.load(this.source)?.then(() => this.#compile());
    this.#prepared = this.prepare(this.#defines);
    this.#client.compile(this.#prepared.text, this.#stage, this.#target);
  }

  /** Returns the editor line of a line in the prepared text, 0 for an added line. */
  #rowOf(line: number): number {
    return this.#prepared.rows[line - 1] ?? 0;
  }

  #inEditor(result: Compiled): Compiled {
    const errors = result.errors.map(({ line, row = line, ...e }): SourceError => {
      const own = this.#rowOf(row);
      // A line that #line numbered keeps its number. Other lines get the editor's number.
      return { ...e, line: line === row ? own || line : line, row: own };
    });
    const listing = result.listing.map(i => ({ ...i, lines: [...new Set(i.lines.map(l => this.#rowOf(l)))].filter(l => l > 0) }));
    return { ...result, errors, listing };
  }

  #show(result: Compiled): void {
    this.#editor.showErrors(result.errors);
    if (result.errors.length > 0 && result.listing.length === 0) {
      this.#fail(result.errors.map(e => `line ${e.line}, column ${e.column}: ${e.message}`).join('\n'));
      return;
    }
    this.#summary.classList.remove('stale');
    this.#result = result;
    this.#listing.show(result);
    this.#editor.showCosts(new Map(this.costs.map(c => [c.line, c.slots])));
    this.#usages.clear();
    this.#usages.set(this.#target, result);
    this.#showSummary();
    this.#events.compiled(this, result);
  }

  /** Shows an error. The last good listing and count remain visible, marked as old. */
  #fail(message: string): void {
    this.#listing.fail(message);
    this.#summary.classList.add('stale');
    this.#showSummary();
  }

  #showSummary(): void {
    const stale = this.#summary.classList.contains('stale');
    const count = countElement(this.#result, this.#target, stale, this.#prepared.notes);
    const chips = chipBudgets(this.#stage, target => this.#usages.get(target));
    this.#summary.replaceChildren(count, ...chips.map(budgetElement));
  }

  dispose(): void {
    this.#client.dispose();
    this.#editor.dispose();
    this.element.remove();
  }
}
