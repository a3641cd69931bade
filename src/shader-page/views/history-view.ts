import type { History, HistoryEntry } from '../history.ts';

/** Shows the history of one shader, newest first, and the newest state of every other. A click restores a source. */
export function showHistory(
  list: HTMLElement,
  history: History,
  current: string,
  restore: (name: string, source: string) => void,
): void {
  const item = (name: string, { source, target, slots, change }: HistoryEntry, shown: string): HTMLLIElement => {
    const element = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    const count = document.createElement('span');
    count.textContent = `${shown}${slots} slots ${target} `;
    const difference = document.createElement('span');
    difference.className = change < 0 ? 'good' : change > 0 ? 'bad' : '';
    difference.textContent = change === 0 ? '' : `${change > 0 ? '+' : ''}${change}`;
    button.append(count, difference);
    button.title = `Bring this source of ${name} back`;
    button.addEventListener('click', () => restore(name, source));
    element.append(button);
    return element;
  };
  const others = history.names.filter(name => name !== current).toReversed();
  list.replaceChildren(
    ...history
      .of(current)
      .toReversed()
      .map(entry => item(current, entry, '')),
    ...others.flatMap(name => {
      const last = history.of(name).at(-1);
      return last ? [item(name, { ...last, change: 0 }, `${name}: `)] : [];
    }),
  );
}
