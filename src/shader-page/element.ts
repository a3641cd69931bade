/** The element of that id; the page cannot work without it. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`profile.html has no <${type.name}> with the id ${id}`);
  return found;
}

/** Lets keys scroll an element whose content can be larger than it is. */
export function makeScrollable(scrolled: HTMLElement, label: string): void {
  scrolled.tabIndex = 0;
  scrolled.setAttribute('role', 'region');
  scrolled.setAttribute('aria-label', label);
}
