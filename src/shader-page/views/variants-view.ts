import type { Defines } from '../../d3d9/source/prepare.ts';
import { writeDefines } from '../../d3d9/source/variants.ts';
import type { VariantCount } from '../compile/variant-count.ts';

/** Shows every combination of the chosen switches with its slots. A click applies its defines. */
export function showVariants(
  parent: HTMLElement,
  switches: readonly string[],
  counts: readonly VariantCount[],
  choose: (defines: Defines) => void,
): void {
  const table = document.createElement('table');
  table.className = 'variants';
  const head = document.createElement('tr');
  for (const text of [...switches, 'slots', 'arithmetic', 'texture', 'use']) head.append(cell('th', text));
  const least = Math.min(...counts.flatMap(c => (c.error === undefined ? c.slots : [])));
  const most = Math.max(...counts.flatMap(c => (c.error === undefined ? c.slots : [])));
  const rows = counts.map(count => {
    const row = document.createElement('tr');
    row.append(...switches.map(name => cell('td', Object.hasOwn(count.defines, name) ? count.defines[name] || '1' : '·')));
    if (count.error === undefined) {
      const slots = cell('td', `${count.slots}`);
      slots.className = count.slots === most && most > least ? 'bad' : count.slots === least && most > least ? 'good' : '';
      row.append(slots, cell('td', `${count.arithmetic}`), cell('td', `${count.texture}`));
    } else {
      const error = cell('td', count.error);
      error.colSpan = 3;
      error.className = 'bad';
      row.append(error);
    }
    const use = cell('td', '');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Use';
    button.setAttribute('aria-label', `Use the defines ${writeDefines(count.defines) || 'none'}`);
    button.addEventListener('click', () => choose(count.defines));
    use.append(button);
    row.append(use);
    return row;
  });
  table.append(head, ...rows);
  parent.replaceChildren(table);
}

function cell(kind: 'th' | 'td', text: string): HTMLTableCellElement {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
