import type { Compiled } from '../compile/compiled.ts';
import type { Target } from '../permalink.ts';

/**
 * Shows the slots of a shader in large figures. While the source has an error, they are marked as those of the last good source.
 */
export function countElement(
  result: Compiled | undefined,
  target: Target,
  stale: boolean,
  notes: readonly string[],
): HTMLElement {
  const element = document.createElement('div');
  element.className = 'count';
  if (!result) {
    element.append('–', small('The shader has an error: there is no count yet.'));
    return element;
  }
  element.append(`${result.slots}`, small(`slots ${target} (${result.arithmetic} arithmetic, ${result.texture} texture)`));
  const { loops, most, varies } = result.executed;
  if (loops || most !== result.slots)
    element.append(small(`${varies ? 'at most ' : ''}${most} slots executed${loops ? ', loops counted to their bound' : ''}`));
  if (stale) {
    const old = small('Old: of the last source without an error.');
    old.classList.add('bad');
    element.append(old);
  }
  element.append(...notes.map(small));
  return element;
}

function small(text: string): HTMLElement {
  const element = document.createElement('small');
  element.textContent = text;
  return element;
}
