import { indentWithTab } from '@codemirror/commands';
import { cpp } from '@codemirror/lang-cpp';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import { oneDark } from '@codemirror/theme-one-dark';
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';

/** An error of the compiler; lines and columns from 1. */
export interface SourceError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface EditorEvents {
  /** The text is another one: typed, pasted, dropped. */
  changed(source: string): void;
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

/** The GLSL editor of one lane: CodeMirror 6, C++ colours (GLSL is close enough), errors at their place, lines that light up. */
export class ShaderEditor {
  readonly #view: EditorView;

  constructor(parent: HTMLElement, label: string, events: EditorEvents) {
    this.#view = new EditorView({
      parent,
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]),
        cpp(),
        oneDark,
        litLines,
        // What the style sheet says under the text while it has the focus.
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-description': 'Tab indents; Escape, then Tab leaves' }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) events.changed(this.source);
          else if (update.selectionSet) events.pointed(update.state.doc.lineAt(update.state.selection.main.head).number);
        }),
        EditorView.domEventHandlers({
          mousemove: (event, view) => {
            const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
            if (at !== null) events.pointed(view.state.doc.lineAt(at).number);
          },
        }),
      ],
    });
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

  /** Lights up these lines, from 1; those that do not exist are passed over. */
  lightUp(lines: ReadonlySet<number>): void {
    this.#view.dispatch({ effects: light.of(lines) });
  }

  showErrors(errors: readonly SourceError[]): void {
    const { doc } = this.#view.state;
    const diagnostics: Diagnostic[] = errors.map(({ line, column, message }) => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines));
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
