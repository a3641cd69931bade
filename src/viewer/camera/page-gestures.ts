/** The supported values of CSS's `touch-action`: what dragging a finger does to the page. */
export type TouchAction = 'pan-y' | 'pan-x' | 'none';

/** Share of the window in each direction at which an element counts as filling it. Allows a thin frame or header. */
const MOST = 0.9;

/** Whether the element fills the window, so that there is nothing to scroll. */
export function fillsWindow(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width >= MOST * innerWidth && height >= MOST * innerHeight;
}

/** `touchActionOf('none') // 'none'`; undefined for any other value. */
export function touchActionOf(written: string | null): TouchAction | undefined {
  return written === 'pan-y' || written === 'pan-x' || written === 'none' ? written : undefined;
}
