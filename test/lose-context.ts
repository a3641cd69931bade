/** A renderer whose context a test or a bench can take away: LeanRenderer. */
interface Losable {
  readonly canvas: EventTarget;
  readonly loseContext: WEBGL_lose_context | null;
}

const heard = ({ canvas }: Losable, name: string) =>
  new Promise<Event>(resolve => canvas.addEventListener(name, resolve, { once: true }));

/** Takes the context away, and waits until the renderer has been told. */
export async function loseContext(renderer: Losable): Promise<void> {
  const gone = heard(renderer, 'webglcontextlost');
  renderer.loseContext?.loseContext();
  await gone;
}

/** Brings it back, a moment later (the browser refuses it at once), and waits until the renderer has been told. */
export async function restoreContext(renderer: Losable): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 50));
  const back = heard(renderer, 'webglcontextrestored');
  renderer.loseContext?.restoreContext();
  await back;
}
