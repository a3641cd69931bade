/** The words of one area of the viewer: English at once, other languages when a page needs them. */
export interface StringTable<K extends string = string> {
  readonly english: Readonly<Record<K, string>>;
  /** Loads a translation by its language's primary subtag, in lower case: `de`, `ar`. */
  readonly translations: Readonly<Record<string, () => Promise<Readonly<Record<K, string>>>>>;
}

/**
 * Words with names in braces: `fill('{done} of {all}', { done: 1, all: 3 }) // '1 of 3'`. A name without a value stays as it is written.
 */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}
