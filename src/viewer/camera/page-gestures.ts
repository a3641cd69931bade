/** CSS's `touch-action`, of which a viewer knows these: what a finger that is drawn over it does to the page. */
export type TouchAction = 'pan-y' | 'pan-x' | 'none';

/** Part of the window in each direction from which on an element fills it: a thin frame or header is allowed. */
const MOST = 0.9;

/** Whether there is no page around the element to scroll. */
export function fillsWindow(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width >= MOST * innerWidth && height >= MOST * innerHeight;
}

/** `touchActionOf('none') // 'none'`; undefined for what is none of the three. */
export function touchActionOf(written: string | null): TouchAction | undefined {
  return written === 'pan-y' || written === 'pan-x' || written === 'none' ? written : undefined;
}
