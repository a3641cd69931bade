/** Returns the element with this id, which the page requires. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`profile.html has no <${type.name}> with the id ${id}`);
  return found;
}

/** Makes an element scrollable by keys where its content can be larger than itself. */
export function makeScrollable(scrolled: HTMLElement, label: string): void {
  scrolled.tabIndex = 0;
  scrolled.setAttribute('role', 'region');
  scrolled.setAttribute('aria-label', label);
}
