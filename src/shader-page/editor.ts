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
  /** The text is another one: typed, pasted, opened. `replaced`: the visitor put another text in place of all of it. */
  changed(replaced: boolean): void;
  /** The line under the mouse or, when it is away, under the cursor; from 1. */
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

/** The visitor typed or pasted a text in place of the whole. */
function replacesAll({ transactions, startState: { doc, selection } }: ViewUpdate): boolean {
  const all = doc.length > 0 && selection.main.from === 0 && selection.main.to === doc.length;
  return all && transactions.some(t => t.isUserEvent('input'));
}

/** The GLSL editor of one shader: CodeMirror 6, C++ colours (GLSL is close enough), errors, what each line costs, lines that light up. */
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
        // What the style sheet says under the text while it has the focus.
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
            // A shader that replaces the whole text is read from its beginning.
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

  /** Scrolls to `void main`, which is what somebody who opens a shader of ours wants to see: comments stand before it. */
  showMain(): void {
    const at = /void\s+main\s*\(/.exec(this.source)?.index;
    if (at !== undefined) this.#view.dispatch({ effects: EditorView.scrollIntoView(at, { y: 'start', yMargin: 24 }) });
  }

  /** Shows a line, from 1, and puts the cursor there. */
  showLine(line: number): void {
    const { doc } = this.#view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines)).from;
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    this.#view.focus();
  }

  /** Long lines are broken in view. */
  set wrap(on: boolean) {
    this.#view.dispatch({ effects: this.#wrap.reconfigure(on ? EditorView.lineWrapping : []) });
  }

  /** What each line costs, in slots. */
  showCosts(costs: ReadonlyMap<number, number>): void {
    this.#view.dispatch({ effects: setCosts.of(costs) });
  }

  /** Lights up these lines, from 1; those that do not exist are passed over. */
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
