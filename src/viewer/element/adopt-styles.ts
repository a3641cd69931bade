/** The text of a shadow root's sheets: a document takes none along that was made for another. */
const texts = new WeakMap<ShadowRoot, string>();

/**
 * Adds a style sheet to a shadow root, once. It is not an element, so a content security policy without 'unsafe-inline' allows it.
 * Safari supports such sheets from 16.4, the oldest supported version.
 * A root that was moved into another document has lost its sheets: it gets all of them again. A document without a window (of a template)
 * draws nothing, and takes no sheet.
 */
export function adoptStyles(shadow: ShadowRoot, css = ''): void {
  const former = texts.get(shadow) ?? '';
  if (css !== '' && former.includes(css)) return;
  const all = former + css;
  texts.set(shadow, all);
  const { adoptedStyleSheets: before, ownerDocument } = shadow;
  if (!ownerDocument.defaultView) return;
  const sheet = new ownerDocument.defaultView.CSSStyleSheet();
  sheet.replaceSync(before.length > 0 ? css : all);
  shadow.adoptedStyleSheets = [...before, sheet];
}
