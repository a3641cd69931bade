/**
 * Copies a text, which may come a moment after the click. WebKit lets nobody write by then: it takes a `ClipboardItem` that holds the
 * promise, made at once.
 *
 * @returns false where the browser does not allow it.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  const { clipboard } = navigator;
  if (!clipboard) return false;
  const later = Promise.resolve(text);
  try {
    if (typeof ClipboardItem === 'undefined') await clipboard.writeText(await later);
    else
      await clipboard.write([new ClipboardItem({ 'text/plain': later.then(made => new Blob([made], { type: 'text/plain' })) })]);
    return true;
  } catch {
    // Firefox before 127 takes no promise.
    return later
      .then(made => clipboard.writeText(made))
      .then(
        () => true,
        () => false,
      );
  }
}
