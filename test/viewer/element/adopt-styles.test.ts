import { expect, it } from 'vitest';
import { adoptStyles } from '../../../src/viewer/element/adopt-styles.ts';

/** A window's sheets: a document refuses those of another one, as browsers do. */
function newDocument(hasWindow = true) {
  class CSSStyleSheet {
    readonly window = defaultView;
    text = '';
    replaceSync(text: string) {
      this.text = text;
    }
  }
  const defaultView = hasWindow ? { CSSStyleSheet } : null;
  return { defaultView };
}

function newRoot() {
  let sheets: { readonly window: unknown; readonly text: string }[] = [];
  const root = {
    ownerDocument: newDocument(),
    get adoptedStyleSheets() {
      return sheets;
    },
    set adoptedStyleSheets(next) {
      if (next.some(({ window }) => window !== root.ownerDocument.defaultView)) throw new Error('a sheet of another document');
      sheets = next;
    },
    /** What a browser does with a node that another document adopts. */
    move(to: ReturnType<typeof newDocument>) {
      root.ownerDocument = to;
      sheets = [];
      adoptStyles(shadow);
    },
  };
  const shadow = root as unknown as ShadowRoot;
  const texts = () => sheets.map(({ text }) => text).join('');
  return { root, shadow, texts };
}

it('a root that is moved into another document, and back, keeps its sheets, those added there included', () => {
  const { root, shadow, texts } = newRoot();
  const home = root.ownerDocument;
  adoptStyles(shadow, 'a');
  adoptStyles(shadow, 'b');
  root.move(newDocument());
  expect(texts()).toBe('ab');
  adoptStyles(shadow, 'c');
  root.move(home);
  expect(texts()).toBe('abc');
});

it('a root that lies in a document without a window for a while has all sheets once it is back', () => {
  const { root, shadow, texts } = newRoot();
  const home = root.ownerDocument;
  adoptStyles(shadow, 'a');
  root.move(newDocument(false));
  adoptStyles(shadow, 'b');
  expect(texts()).toBe('');
  root.move(home);
  expect(texts()).toBe('ab');
});

it('a sheet is added once, however often its part of the viewer opens', () => {
  const { root, shadow, texts } = newRoot();
  for (let i = 0; i < 3; i++) adoptStyles(shadow, 'a');
  adoptStyles(shadow, 'b');
  expect(texts()).toBe('ab');
  root.move(newDocument());
  adoptStyles(shadow, 'b');
  expect(texts()).toBe('ab');
});
