/**
 * Adds a style sheet to a shadow root. It is not an element, so a content security policy without 'unsafe-inline' allows it.
 * Safari supports such sheets from 16.4, the oldest supported version.
 */
export function adoptStyles(shadow: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
}
