import { systemClock } from '../core/clock.ts';
import { chipBudgets } from './budgets.ts';
import { CompileClient } from './compile/compile-client.ts';
import type { Compiled, Hint } from './compile/compiled.ts';
import { ShaderEditor } from './editor.ts';
import type { Stage, Target } from './permalink.ts';
import { budgetElement } from './views/budget-view.ts';
import { ListingView } from './views/listing-view.ts';

export interface LaneEvents {
  /** The source is another one. */
  edited(): void;
  /** A source without errors has its listing. */
  compiled(lane: Lane, result: Compiled): void;
  hints(lane: Lane, hints: readonly Hint[]): void;
}

/** One shader: its editor, its budgets, its listing, lit up from line to instructions and back. */
export class Lane {
  readonly name: string;
  readonly element = document.createElement('section');
  readonly #editor: ShaderEditor;
  readonly #listing: ListingView;
  readonly #client: CompileClient;
  readonly #summary = document.createElement('div');
  readonly #events: LaneEvents;
  #stage: Stage = 'vertex';
  #target: Target = 'vs_2_0';
  #result: Compiled | undefined;

  constructor(name: string, events: LaneEvents) {
    this.name = name;
    this.#events = events;
    this.element.className = 'lane';
    this.element.setAttribute('aria-label', `Shader ${name}`);
    this.#summary.className = 'summary';
    const editor = document.createElement('div');
    editor.className = 'editor';
    this.#listing = new ListingView(`Assembly of shader ${name}`, lines => this.#editor.lightUp(lines));
    this.element.append(this.#summary, editor, this.#listing.element);
    this.#editor = new ShaderEditor(editor, `GLSL of shader ${name}`, {
      changed: () => {
        this.#compile();
        events.edited();
      },
      pointed: line => this.#listing.lightUp(line),
    });
    this.#client = new CompileClient({
      createWorker: () => new Worker(new URL('./compile/compile-worker.ts', import.meta.url), { type: 'module' }),
      clock: systemClock,
      events: {
        compiled: result => this.#show(result),
        hints: hints => events.hints(this, hints),
        failed: message => this.#listing.fail(message),
      },
    });
  }

  get source(): string {
    return this.#editor.source;
  }

  /** The newest result without errors. */
  get result(): Compiled | undefined {
    return this.#result;
  }

  showMain(): void {
    this.#editor.showMain();
  }

  open(source: string, stage: Stage, target: Target): void {
    this.#stage = stage;
    this.#target = target;
    if (source === this.source) this.#compile();
    else this.#editor.source = source;
  }

  #compile(): void {
    this.#client.compile(this.source, this.#stage, this.#target);
  }

  #show(result: Compiled): void {
    this.#editor.showErrors(result.errors);
    if (result.errors.length > 0 && result.listing.length === 0) {
      // The last good listing stays in sight while the line is half typed.
      this.#listing.fail(result.errors.map(e => `line ${e.line}, column ${e.column}: ${e.message}`).join('\n'));
      return;
    }
    this.#result = result;
    this.#listing.show(result);
    const count = document.createElement('div');
    count.className = 'count';
    count.textContent = `${result.slots}`;
    const unit = document.createElement('small');
    unit.textContent = `slots ${this.#target} (${result.arithmetic} arithmetic, ${result.texture} texture)`;
    count.append(unit);
    this.#summary.replaceChildren(count, ...chipBudgets(this.#stage, result).map(budgetElement));
    this.#events.compiled(this, result);
  }

  dispose(): void {
    this.#client.dispose();
    this.#editor.dispose();
    this.element.remove();
  }
}
