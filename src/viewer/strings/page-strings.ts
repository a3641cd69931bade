import { Emitter } from '../../core/emitter.ts';

const tables = new Map<string, Record<string, string>>();

/** Notifies open viewers of new words. */
export const pageStrings = new Emitter<{ changed: { readonly language: string } }>();

/**
 * Gives every viewer of the page its words in a language, or changes some of those it has:
 *
 * ```ts
 * setStrings('fr', { 'open.opening': 'Ouverture de la salle', 'retry': 'Réessayer' });
 * ```
 *
 * Words that are missing stay English. docs/viewer.md lists the names.
 *
 * @param language - BCP 47 tag; its primary subtag counts (`pt` for `pt-BR`).
 * @throws TypeError if a text is not a string.
 */
export function setStrings(language: string, strings: Readonly<Record<string, string>>): void {
  const primary = primaryOf(language);
  for (const [name, text] of Object.entries(strings))
    if (typeof text !== 'string') throw new TypeError(`the text of "${name}" (${language}) must be a string, got ${typeof text}`);
  tables.set(primary, { ...tables.get(primary), ...strings });
  pageStrings.emit('changed', { language: primary });
}

/** Returns the page's words in a language; undefined if it has none. */
export function stringsOfPage(language: string): Readonly<Record<string, string>> | undefined {
  return tables.get(language);
}

/** `primaryOf('pt-BR') // 'pt'` */
export function primaryOf(tag: string): string {
  return tag.trim().split(/[-_]/)[0].toLowerCase();
}
