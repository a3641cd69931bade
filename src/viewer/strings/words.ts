import type { Disposable } from '../../core/disposal.ts';
import { pageStrings, primaryOf, stringsOfPage } from './page-strings.ts';
import { fill, type StringTable } from './string-table.ts';

type Values = Readonly<Record<string, string | number>>;

/** Primary subtags of languages that are written from right to left (CLDR's character order). */
const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ks', 'ku', 'nqo', 'ps', 'sd', 'syr', 'ug', 'ur', 'yi']);

/**
 * A viewer's words in the language of the place where it stands: the nearest `lang` attribute around it. English where nobody wrote a
 * translation.
 *
 * ```ts
 * const words = new Words(element);
 * words.text(viewerStrings, 'error.not-found', { status: 404 });
 * words.onChange(() => label.textContent = words.text(viewerStrings, 'retry'));
 * ```
 */
export class Words implements Disposable {
  readonly #element: Element;
  readonly #listeners = new Set<() => void>();
  readonly #loaded = new Map<StringTable, Readonly<Record<string, string>>>();
  readonly #used = new Set<StringTable>();
  #watch: MutationObserver | undefined;
  #stopListening: (() => void) | undefined;
  #tag = 'en';
  #language = 'en';
  /** Of the tag of now: to make one costs more than all else that a count needs. */
  #plurals: Intl.PluralRules | undefined;
  /** By the digits after the point. */
  readonly #numbers: Intl.NumberFormat[] = [];

  /** @param element - whose surroundings say the language. */
  constructor(element: Element) {
    this.#element = element;
  }

  /** BCP 47 tag of what is said: the page's tag, or `en` where there is no translation. */
  get tag(): string {
    return this.#tag;
  }

  get direction(): 'ltr' | 'rtl' {
    return RIGHT_TO_LEFT.has(this.#language) ? 'rtl' : 'ltr';
  }

  /** Follows the page's language from now on, until `dispose`. Twice is harmless. */
  follow(): void {
    if (this.#watch) return;
    // Any `lang` around the element may change: one observer of the document sees them all, and those of hosts around its tree.
    this.#watch = new MutationObserver(() => this.refresh());
    for (let root: Node = this.#element; ; root = (root as ShadowRoot).host) {
      root = root.getRootNode();
      this.#watch.observe(root, { attributes: true, attributeFilter: ['lang'], subtree: true });
      if (!(root instanceof ShadowRoot)) break;
    }
    this.#stopListening = pageStrings.on('changed', ({ language }) => {
      if (language === this.#language || language === primaryOf(languageOf(this.#element))) this.refresh(true);
    });
    this.refresh();
  }

  /** Takes up the language that the page has now. @param again - even where it is the same. */
  refresh(again = false): void {
    const wanted = languageOf(this.#element);
    const language = primaryOf(wanted);
    if (!again && wanted === this.#tag) return;
    const known = language === 'en' || stringsOfPage(language) || [...this.#used].some(table => table.translations[language]);
    const tag = known ? wanted : 'en';
    if (!again && tag === this.#tag) return;
    this.#tag = tag;
    this.#plurals = undefined;
    this.#numbers.length = 0;
    this.#language = known ? language : 'en';
    this.#loaded.clear();
    for (const table of this.#used) this.#load(table);
    this.#tell();
  }

  /**
   * Makes a table's words known. Where the language has a translation it is loaded, and listeners are called when it is there; until then
   * the text of each name is ''.
   */
  use(table: StringTable): void {
    if (this.#used.has(table)) return;
    this.#used.add(table);
    this.#load(table);
    this.refresh();
  }

  /** @param values - what stands in braces in the text. */
  text<K extends string>(table: StringTable<K>, name: K, values: Values = {}): string {
    this.use(table);
    return fill(this.#find(table, name) ?? table.english[name], values);
  }

  /** The form of a text that fits a number: `NAME.one`, `NAME.other` and so on, as `Intl.PluralRules` says; `{count}` is the number. */
  plural<K extends string>(table: StringTable<K>, name: string, count: number): string {
    this.use(table);
    this.#plurals ??= new Intl.PluralRules(this.#safeTag);
    const form = `${name}.${this.#plurals.select(count)}`;
    const other = `${name}.other` as K;
    const found = this.#find(table, form) ?? this.#find(table, other);
    return fill(found ?? (table.english as Record<string, string>)[form] ?? table.english[other], { count: this.number(count) });
  }

  /** @param digits - after the point. */
  number(value: number, digits = 0): string {
    // One formatter for a language and a precision: to make one takes 5 ms.
    this.#numbers[digits] ??= new Intl.NumberFormat(this.#safeTag, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return this.#numbers[digits].format(value);
  }

  /** @returns stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows the page no longer. What it says stays. */
  dispose(): void {
    this.#watch?.disconnect();
    this.#stopListening?.();
    this.#watch = this.#stopListening = undefined;
  }

  /** `lang` may be anything somebody wrote, and Intl throws for what is no tag. */
  get #safeTag(): string {
    try {
      return Intl.getCanonicalLocales(this.#tag)[0] ?? 'en';
    } catch {
      return 'en';
    }
  }

  #find(table: StringTable, name: string): string | undefined {
    const ofPage = stringsOfPage(this.#language)?.[name];
    if (ofPage !== undefined || this.#language === 'en') return ofPage;
    const loaded = this.#loaded.get(table);
    if (loaded) return loaded[name];
    return table.translations[this.#language] ? '' : undefined;
  }

  #load(table: StringTable): void {
    const load = table.translations[this.#language];
    if (!load || this.#loaded.has(table)) return;
    const language = this.#language;
    const done = (strings: Readonly<Record<string, string>>) => {
      if (language !== this.#language) return;
      this.#loaded.set(table, strings);
      this.#tell();
    };
    // A translation that cannot be had is no reason to say nothing: English then.
    load().then(done, () => done({}));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The nearest `lang` around an element, out of shadow trees too; '' where there is none. */
function languageOf(element: Element): string {
  for (let from: Element | undefined = element; from; ) {
    const found: Element | null = from.closest('[lang]');
    if (found) return found.getAttribute('lang') ?? '';
    const root: Node = from.getRootNode();
    from = root instanceof ShadowRoot ? root.host : undefined;
  }
  return '';
}
