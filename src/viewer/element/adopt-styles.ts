/**
 * Gives a shadow root one more style sheet. It is no element, so a content security policy without 'unsafe-inline' lets it through.
 * Safari has such sheets from 16.4 on, the oldest that is supported.
 */
export function adoptStyles(shadow: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
}
