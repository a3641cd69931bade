import { type LinkedViewer, showFragment } from './view-link.ts';

/** A `<room-viewer>` whose page has links to views. */
export interface ViewerOfPage extends LinkedViewer, Pick<EventTarget, 'addEventListener'> {}

/**
 * Makes the page's fragment lead to views and people: `#view=3.3,1.8,4.45,0,1,0`, `#view=Mira`. It is read now and whenever it changes.
 * @param viewer - a `<room-viewer>`. It looks at a person once the room is interactive.
 */
export function followViewLinks(viewer: ViewerOfPage): void {
  const show = () => showFragment(viewer, location.hash);
  const shown = show();
  if (!shown) viewer.addEventListener('interactive', show, { once: true });
  addEventListener('hashchange', show);
}
