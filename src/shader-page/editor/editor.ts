import { indentWithTab } from '@codemirror/commands';
import { cpp } from '@codemirror/lang-cpp';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, StateEffect, StateField } from '@codemirror/state';
import { oneDark } from '@codemirror/theme-one-dark';
import { Decoration, type DecorationSet, EditorView, keymap, type ViewUpdate } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { costGutter, setCosts } from './cost-gutter.ts';
import type { SourceError } from './source-error.ts';

export interface EditorEvents {
  /** Reports a new text: typed, pasted or opened. `replaced`: the visitor replaced the whole text. */
  changed(replaced: boolean): void;
  /** Reports the line under the mouse, from 1, or under the cursor while the mouse is elsewhere. */
  pointed(line: number): void;
}

const light = StateEffect.define<ReadonlySet<number>>();
const litLine = Decoration.line({ class: 'cm-lit' });

const litLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lit, { effects, docChanged, state }) {
    for (const effect of effects) {
      if (!effect.is(light)) continue;
      const lines = [...effect.value].filter(n => n >= 1 && n <= state.doc.lines).sort((a, b) => a - b);
      return Decoration.set(lines.map(n => litLine.range(state.doc.line(n).from)));
    }
    return docChanged ? Decoration.none : lit;
  },
  provide: field => EditorView.decorations.from(field),
});

/** True where the visitor typed or pasted a text over the whole. */
function replacesAll({ transactions, startState: { doc, selection } }: ViewUpdate): boolean {
  const all = doc.length > 0 && selection.main.from === 0 && selection.main.to === doc.length;
  return all && transactions.some(t => t.isUserEvent('input'));
}

/**
 * The GLSL editor of one shader: CodeMirror 6 with C++ colours (close enough to GLSL), errors, line costs and highlighted lines.
 */
export class ShaderEditor {
  readonly #view: EditorView;
  readonly #wrap = new Compartment();

  constructor(parent: HTMLElement, label: string, events: EditorEvents) {
    this.#view = new EditorView({
      parent,
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]),
        cpp(),
        oneDark,
        litLines,
        costGutter,
        this.#wrap.of([]),
        // The same hint that the style sheet shows below the focused text.
        EditorView.contentAttributes.of({
          tabindex: '0',
          'aria-label': label,
          'aria-description': 'Tab indents; Escape, then Tab leaves',
        }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) events.changed(replacesAll(update));
          else if (update.selectionSet) events.pointed(update.state.doc.lineAt(update.state.selection.main.head).number);
        }),
        EditorView.domEventHandlers({
          paste: (_, view) => {
            const { from, to } = view.state.selection.main;
            // After the whole text is replaced, the editor shows its beginning.
            if (from === 0 && to === view.state.doc.length) setTimeout(() => this.#showBeginning());
          },
          mousemove: (event, view) => {
            const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
            if (at !== null) events.pointed(view.state.doc.lineAt(at).number);
          },
        }),
      ],
    });
  }

  #showBeginning(): void {
    this.#view.dispatch({ selection: { anchor: 0 }, effects: EditorView.scrollIntoView(0, { y: 'start' }) });
  }

  get source(): string {
    return this.#view.state.doc.toString();
  }

  set source(text: string) {
    if (text === this.source) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Scrolls to `void main`, the relevant part of our shaders, which begin with comments. */
  showMain(): void {
    const at = /void\s+main\s*\(/.exec(this.source)?.index;
    if (at !== undefined) this.#view.dispatch({ effects: EditorView.scrollIntoView(at, { y: 'start', yMargin: 24 }) });
  }

  /** Shows a line, from 1, and moves the cursor to it. */
  showLine(line: number): void {
    const { doc } = this.#view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines)).from;
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    this.#view.focus();
  }

  /** Wraps long lines in the view. */
  set wrap(on: boolean) {
    this.#view.dispatch({ effects: this.#wrap.reconfigure(on ? EditorView.lineWrapping : []) });
  }

  /** Shows the cost of each line, in slots. */
  showCosts(costs: ReadonlyMap<number, number>): void {
    this.#view.dispatch({ effects: setCosts.of(costs) });
  }

  /** Highlights these lines, from 1. Lines that do not exist are ignored. */
  lightUp(lines: ReadonlySet<number>): void {
    this.#view.dispatch({ effects: light.of(lines) });
  }

  showErrors(errors: readonly SourceError[]): void {
    const { doc } = this.#view.state;
    const diagnostics: Diagnostic[] = errors.map(({ line, row = line, column, message }) => {
      const at = doc.line(Math.min(Math.max(1, row), doc.lines));
      const from = Math.min(at.from + Math.max(0, column - 1), at.to);
      const word = /^\w+|^./.exec(doc.sliceString(from, at.to))?.[0].length ?? 0;
      return { from, to: Math.min(from + word, at.to), severity: 'error', message };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  dispose(): void {
    this.#view.destroy();
  }
}
