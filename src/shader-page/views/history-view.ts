import type { HistoryEntry } from '../history.ts';

/** The history, newest first; a click brings an entry's source back. */
export function showHistory(list: HTMLElement, entries: readonly HistoryEntry[], restore: (source: string) => void): void {
  list.replaceChildren(
    ...entries.toReversed().map(({ source, target, slots, change }) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      const count = document.createElement('span');
      count.textContent = `${slots} slots ${target} `;
      const difference = document.createElement('span');
      difference.className = change < 0 ? 'good' : change > 0 ? 'bad' : '';
      difference.textContent = change === 0 ? '' : `${change > 0 ? '+' : ''}${change}`;
      button.append(count, difference);
      button.title = 'Bring this source back';
      button.addEventListener('click', () => restore(source));
      item.append(button);
      return item;
    }),
  );
}
