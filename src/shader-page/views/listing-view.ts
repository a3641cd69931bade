import type { Compiled } from '../compile/compiled.ts';
import { makeScrollable } from '../element.ts';

/** Shows the assembly of one shader, one instruction a line. It reports the GLSL lines of the instruction under the mouse. */
export class ListingView {
  readonly element: HTMLElement;
  readonly #list = document.createElement('ol');
  #rows: { element: HTMLLIElement; lines: readonly number[] }[] = [];

  constructor(label: string, pointed: (lines: ReadonlySet<number>) => void) {
    this.element = document.createElement('div');
    this.element.className = 'listing';
    makeScrollable(this.element, label);
    this.element.append(this.#list);
    this.#list.addEventListener('mousemove', event => {
      const row = (event.target as Element).closest('li');
      const found = this.#rows.find(r => r.element === row);
      if (found) pointed(new Set(found.lines));
    });
    this.#list.addEventListener('mouseleave', () => pointed(new Set()));
  }

  /** The number of instructions shown. */
  get length(): number {
    return this.#rows.length;
  }

  show(compiled: Compiled): void {
    this.element.classList.remove('stale');
    let at = 0;
    let depth = 0;
    this.#rows = compiled.listing.map(({ text, lines, slots }, i) => {
      const element = document.createElement('li');
      // The first slot of an instruction. Instructions that cost nothing have none.
      element.dataset.slots = slots > 0 ? `${at + 1}` : '';
      at += slots;
      const opcode = document.createElement('b');
      const [first, ...rest] = text.trim().split(' ');
      opcode.textContent = first;
      const operands = document.createElement('span');
      operands.textContent = rest.join(' ');
      element.append(opcode, operands);
      // Kept loops and branches are indented. Repeated instructions show their count.
      if (/^(endrep|endloop|endif|else)$/.test(first)) depth = Math.max(0, depth - 1);
      element.style.setProperty('--depth', `${depth}`);
      if (/^(rep|loop|else)$|^ifc?(_|$)/.test(first)) depth++;
      const times = compiled.executed.times[i] ?? 1;
      if (slots > 0 && times > 1) element.dataset.times = `x ${times}`;
      if (slots === 0) element.className = 'free';
      const cost = `${slots > 1 ? `${slots} slots. ` : ''}${slots > 0 && times > 1 ? `Runs ${times} times at most. ` : ''}`;
      element.title = `${cost}${lines.length > 0 ? `GLSL line ${lines.join(', ')}` : ''}`.trim();
      return { element, lines };
    });
    this.#list.replaceChildren(...this.#rows.map(r => r.element));
    this.#messages([...compiled.errors.map(e => `line ${e.line}, column ${e.column}: ${e.message}`), ...compiled.broken]);
  }

  /** Keeps the last listing visible, faded, under a message. */
  fail(message: string): void {
    this.element.classList.add('stale');
    this.#messages([message]);
  }

  /** Highlights the instructions of one GLSL line, from 1. */
  lightUp(line: number): void {
    for (const { element, lines } of this.#rows) element.classList.toggle('lit', lines.includes(line));
  }

  #messages(texts: readonly string[]): void {
    for (const old of this.element.querySelectorAll('.message')) old.remove();
    for (const text of texts.toReversed()) {
      const message = document.createElement('div');
      message.className = 'message';
      message.setAttribute('role', 'alert');
      message.textContent = text;
      this.element.prepend(message);
    }
  }
}
