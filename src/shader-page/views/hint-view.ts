import { counted } from '../../core/counted.ts';
import type { Hint } from '../compile/compiled.ts';

/** Shows the hints as cards. `apply` receives the source after the change. */
export function showHints(parent: HTMLElement, hints: readonly Hint[], apply: (rewritten: string) => void): void {
  if (hints.length === 0) {
    const none = document.createElement('p');
    none.textContent = 'Nothing found that would save a slot.';
    parent.replaceChildren(none);
    return;
  }
  parent.replaceChildren(
    ...hints.map(({ title, explanation, line, rewritten, saves }) => {
      const card = document.createElement('article');
      card.className = 'hint';
      card.dataset.saves = `${saves}`;
      const heading = document.createElement('strong');
      heading.textContent = `${title} `;
      const saving = document.createElement('span');
      saving.className = 'saves';
      saving.textContent = `saves ${counted(saves, 'slot')}`;
      const word = document.createElement('p');
      word.textContent = `Line ${line}. ${explanation}`;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Try it as B';
      button.addEventListener('click', () => apply(rewritten));
      card.append(heading, saving, word, button);
      return card;
    }),
  );
}
