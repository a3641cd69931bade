import { difference } from '../compile/difference.ts';

/** Shows two listings side by side. @param counts - the slots of A and B, for the table's head. */
export function showDifference(
  parent: HTMLElement,
  a: readonly string[],
  b: readonly string[],
  counts: readonly [number, number],
): void {
  const table = document.createElement('table');
  const head = document.createElement('tr');
  const change = counts[1] - counts[0];
  for (const text of [`A: ${counts[0]} slots`, `B: ${counts[1]} slots (${change > 0 ? '+' : ''}${change})`]) {
    const cell = document.createElement('th');
    cell.textContent = text;
    head.append(cell);
  }
  const rows = difference(a, b).map(row => {
    const element = document.createElement('tr');
    element.className = row.kind;
    for (const side of [row.a, row.b]) {
      const cell = document.createElement('td');
      cell.textContent = side ?? '';
      element.append(cell);
    }
    return element;
  });
  table.append(head, ...rows);
  parent.replaceChildren(table);
}
