import type { LoggedDownload } from '../../net/queue/download-log.ts';
import { LAST_CLASS } from '../../net/queue/priority.ts';
import type { ResourceState } from '../../room/resources/resource-state.ts';
import { CLASS_NAMES } from '../metrics/stream-figures.ts';

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

const lanes: Readonly<Record<LoggedDownload['state'], string>> = {
  waiting: 'waiting',
  cache: 'disk',
  network: 'network',
  retrying: 'retrying',
  done: 'done',
  failed: 'failed',
  aborted: 'aborted',
};

/** @param resource - where the room has it, once its bytes are there. */
export function rowText(entry: LoggedDownload, resource?: ResourceState): RowText {
  const size = `${((entry.bytes ?? entry.received) / 1024).toFixed(0)} KB`;
  const lane = resource === 'loading' ? 'decode' : resource === 'decoded' ? 'upload' : lanes[entry.state];
  return {
    class: CLASS_NAMES[Math.min(entry.class, LAST_CLASS)],
    name: entry.url.split('#')[0].split('?')[0].split('/').pop() ?? entry.url,
    priority: entry.utility.toPrecision(2),
    bytes: size,
    state: entry.state === 'done' ? lane : lanes[entry.state],
    origin: `${entry.from ?? ''}${entry.attempts > 1 ? ` x${entry.attempts}` : ''}`,
  };
}

const columns: readonly { readonly key: keyof RowText; readonly title: string; readonly style: string }[] = [
  { key: 'class', title: 'class', style: 'wide' },
  { key: 'name', title: 'resource', style: '' },
  { key: 'priority', title: 'priority', style: 'wide number' },
  { key: 'bytes', title: 'bytes', style: 'number' },
  { key: 'state', title: 'state', style: '' },
  { key: 'origin', title: 'origin', style: 'wide' },
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
  readonly #rows = new Map<number, Row>();

  constructor() {
    this.element.className = 'waterfall';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'table');
    this.element.setAttribute('aria-label', 'Resources');
    const titles = row([...columns.map(({ title, style }) => cell(title, style, 'columnheader')), cell('', '', 'columnheader')]);
    titles.classList.add('titles');
    this.element.append(titles);
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
      this.#show(entry, rowText(entry, stateOf(entry.url)), from);
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
