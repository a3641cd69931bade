import type { LoggedDownload } from '../../net/queue/download-log.ts';
import { LAST_CLASS } from '../../net/queue/priority.ts';
import type { ResourceState } from '../../room/resources/resource-state.ts';
import { CLASS_NAMES } from '../metrics/stream-figures.ts';
import type { InspectorString } from '../strings/inspector/english.ts';
import { inspectorStrings } from '../strings/inspector/table.ts';
import type { Words } from '../strings/words.ts';

/** What stands in the cells of a resource's row. */
export interface RowText {
  readonly class: string;
  /** Name of the file. */
  readonly name: string;
  /** Utility: what it is worth within its class. */
  readonly priority: string;
  readonly bytes: string;
  /** What becomes of it, and the lane that it is in: `waiting`, `network`, `disk`, `decode`, `upload`, then `done`. */
  readonly state: string;
  /** Where the bytes came from, and how many tries that took. */
  readonly origin: string;
}

/** What comes after the download. */
const after: Partial<Record<ResourceState, 'decode' | 'upload'>> = { loading: 'decode', decoded: 'upload' };

/** @param resource - where the room has it, once its bytes are there. */
export function rowText(entry: LoggedDownload, words: Pick<Words, 'text' | 'number'>, resource?: ResourceState): RowText {
  const lane = entry.state !== 'done' ? entry.state : (after[resource ?? 'on-gpu'] ?? 'done');
  return {
    class: CLASS_NAMES[Math.min(entry.class, LAST_CLASS)],
    name: entry.url.split('#')[0].split('?')[0].split('/').pop() ?? entry.url,
    priority: entry.utility.toPrecision(2),
    bytes: `${words.number((entry.bytes ?? entry.received) / 1024)} KB`,
    state: words.text(inspectorStrings, `state.${lane}`),
    origin: `${entry.from ?? ''}${entry.attempts > 1 ? ` x${entry.attempts}` : ''}`,
  };
}

const columns: readonly { readonly key: keyof RowText; readonly style: string }[] = [
  { key: 'class', style: 'wide' },
  { key: 'name', style: '' },
  { key: 'priority', style: 'wide number' },
  { key: 'bytes', style: 'number' },
  { key: 'state', style: '' },
  { key: 'origin', style: 'wide' },
];

interface Row {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  /** What it shows now. */
  shown: string;
}

/** A table with a row for each download, in the order in which they were asked for; rows that did not change are not touched. */
export class InspectorRows {
  readonly element = document.createElement('div');
  readonly #words: Words;
  readonly #rows = new Map<number, Row>();
  readonly #titles = new Map<HTMLElement, InspectorString>();

  constructor(words: Words) {
    this.#words = words;
    this.element.className = 'waterfall';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'table');
    const title = (name: InspectorString, style: string) => {
      const made = cell('', style, 'columnheader');
      this.#titles.set(made, name);
      return made;
    };
    const titles = row([...columns.map(({ key, style }) => title(`column.${key}`, style)), title('column.time', '')]);
    titles.classList.add('titles');
    this.element.append(titles);
    this.translate();
  }

  /** Takes up the language of now; rows follow with the next update. */
  translate(): void {
    this.element.setAttribute('aria-label', this.#words.text(inspectorStrings, 'inspector.resources'));
    for (const [element, name] of this.#titles) element.textContent = this.#words.text(inspectorStrings, name);
  }

  /** @param now - of the clock that the entries' times are of. */
  update(entries: readonly LoggedDownload[], now: number, stateOf: (url: string) => ResourceState | undefined): void {
    const from = entries[0]?.askedAt ?? now;
    // The axis ends now, or with the last that came, when nothing is on its way.
    const end = entries.reduce((latest, { endedAt }) => Math.max(latest, endedAt ?? now), from);
    this.element.style.setProperty('--span', String(Math.max(1, end - from)));
    this.element.style.setProperty('--now', String(now - from));
    const present = new Set<number>();
    for (const entry of entries) {
      present.add(entry.id);
      this.#show(entry, rowText(entry, this.#words, stateOf(entry.url)), from);
    }
    for (const [id, { element }] of this.#rows) {
      if (present.has(id)) continue;
      element.remove();
      this.#rows.delete(id);
    }
  }

  #show({ id, state, from: origin, askedAt, startedAt, endedAt }: LoggedDownload, text: RowText, from: number): void {
    const shown = JSON.stringify([text, askedAt - from, startedAt, endedAt]);
    const known = this.#rows.get(id) ?? this.#add(id);
    if (known.shown === shown) return;
    known.shown = shown;
    const { element, cells } = known;
    for (const [i, { key }] of columns.entries()) if (cells[i].textContent !== text[key]) cells[i].textContent = text[key];
    Object.assign(element.dataset, { class: text.class, state, from: origin ?? '' });
    const ended = endedAt === undefined ? 'var(--now)' : String(endedAt - from);
    element.style.setProperty('--asked', String(askedAt - from));
    element.style.setProperty('--began', startedAt === undefined ? ended : String(startedAt - from));
    element.style.setProperty('--ended', ended);
  }

  #add(id: number): Row {
    const cells = columns.map(({ style }) => cell('', style, 'cell'));
    const bar = cell('', 'bar', 'cell');
    for (const name of ['waits', 'comes']) bar.append(Object.assign(document.createElement('i'), { className: name }));
    const element = row([...cells, bar]);
    this.element.append(element);
    const added = { element, cells, shown: '' };
    this.#rows.set(id, added);
    return added;
  }
}

function row(cells: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement('div');
  element.setAttribute('role', 'row');
  element.append(...cells);
  return element;
}

function cell(text: string, style: string, role: string): HTMLElement {
  const element = document.createElement('span');
  element.setAttribute('role', role);
  element.className = style;
  element.textContent = text;
  return element;
}
