import type { LineCost } from '../compile/line-costs.ts';

const SHOWN = 8;

/** Shows the most expensive lines with their share of the total. A click shows the line in the editor. */
export function showLineCosts(list: HTMLElement, costs: readonly LineCost[], source: string, open: (line: number) => void): void {
  const lines = source.split('\n');
  const all = costs.reduce((sum, c) => sum + c.slots, 0);
  list.replaceChildren(
    ...costs.slice(0, SHOWN).map(({ line, slots }) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      const cost = document.createElement('b');
      cost.textContent = roundSlots(slots);
      const share = document.createElement('span');
      share.textContent = `${Math.round((100 * slots) / all)} %`;
      const code = document.createElement('code');
      code.textContent = (lines[line - 1] ?? '').trim();
      button.append(cost, share, `line ${line}`, code);
      button.title = `Line ${line}: ${roundSlots(slots)} slots. Show it`;
      button.addEventListener('click', () => open(line));
      item.append(button);
      return item;
    }),
  );
}

/** Formats slots: `12`, `0.5`. From 10 up they are whole numbers. */
export const roundSlots = (slots: number): string => (slots >= 10 ? `${Math.round(slots)}` : `${Math.round(slots * 10) / 10}`);
