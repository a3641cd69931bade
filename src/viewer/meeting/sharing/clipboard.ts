/**
 * Copies a text. A `ClipboardItem` that holds a promise is what WebKit wants: it lets nobody write a moment after the click.
 * @returns false where the browser does not allow it.
 */
export async function copyText(text: string): Promise<boolean> {
  const { clipboard } = navigator;
  if (!clipboard) return false;
  try {
    if (typeof ClipboardItem === 'undefined') await clipboard.writeText(text);
    else await clipboard.write([new ClipboardItem({ 'text/plain': Promise.resolve(new Blob([text], { type: 'text/plain' })) })]);
    return true;
  } catch {
    // Firefox before 127 takes no promise.
    return clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
}
