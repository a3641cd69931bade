import { type ChipBudgets, fill } from '../budgets.ts';

/** Shows the budgets of one chip as bars. An exceeded one is red, and a screen reader announces it. */
export function budgetElement({ chip, target, note, budgets }: ChipBudgets): HTMLElement {
  const element = document.createElement('div');
  element.className = 'chip';
  element.title = note;
  const title = document.createElement('h2');
  const fits = budgets.every(b => fill(b) <= 1);
  const verdict = text(fits ? 'fits' : 'does not fit');
  verdict.className = fits ? 'good' : 'bad';
  title.append(`${chip}: ${target} `, verdict);
  element.append(
    title,
    ...budgets.map(budget => {
      const part = fill(budget);
      const row = document.createElement('div');
      row.className = part > 1 ? 'budget over' : 'budget';
      const bar = document.createElement('i');
      bar.style.width = `${Math.min(part, 1) * 100}%`;
      const track = document.createElement('div');
      track.className = 'track';
      track.setAttribute('role', 'img');
      track.setAttribute('aria-label', `${budget.used} of ${budget.allowed} ${budget.what}${part > 1 ? ', does not fit' : ''}`);
      track.append(bar);
      row.append(text(budget.what), track, text(`${budget.used} / ${budget.allowed}`));
      return row;
    }),
  );
  return element;
}

function text(content: string): HTMLElement {
  const element = document.createElement('span');
  element.textContent = content;
  return element;
}
