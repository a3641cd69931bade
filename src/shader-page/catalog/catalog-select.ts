import type { Stage } from '../permalink.ts';
import type { CatalogEntry } from './catalog.ts';

/** The list of shaders: the page's own and those that were dropped on it. */
export class CatalogSelect {
  readonly #select: HTMLSelectElement;
  readonly #entries: CatalogEntry[] = [];

  constructor(select: HTMLSelectElement, opened: (entry: CatalogEntry) => void) {
    this.#select = select;
    select.append(new Option('your own', ''));
    select.addEventListener('change', () => {
      const entry = select.value === '' ? undefined : this.#entries[Number(select.value)];
      if (entry) opened(entry);
    });
  }

  get first(): CatalogEntry | undefined {
    return this.#entries[0];
  }

  /** Adds shaders under headings of their stage: `Vertex` and `Fragment`, followed by `of`. */
  add(entries: readonly CatalogEntry[], of = ''): void {
    const start = this.#entries.length;
    this.#entries.push(...entries);
    for (const [label, stage] of [
      ['Vertex', 'vertex'],
      ['Fragment', 'fragment'],
    ] as const) {
      const group = document.createElement('optgroup');
      group.label = label + of;
      entries.forEach((entry, i) => {
        if (entry.stage === stage) group.append(new Option(entry.name, `${start + i}`));
      });
      if (group.children.length > 0) this.#select.append(group);
    }
  }

  /** Selects the entry with this source, or `your own` where none has it. @returns its name */
  choose(stage: Stage, source: string): string | undefined {
    const index = this.#entries.findLastIndex(e => e.stage === stage && e.source === source);
    this.#select.value = index < 0 ? '' : `${index}`;
    return this.#entries[index]?.name;
  }
}
