import { FormatError } from '../core/errors.ts';
import { parseUrl } from '../core/parse-url.ts';

/** The links of a checked document. */
export interface Links {
  readonly relations?: Readonly<Record<string, string | undefined>>;
  readonly updates?: string;
}

/** What an unchecked document may hold. */
export function linksOf(document: unknown): {
  readonly relations?: object;
  readonly nodes?: unknown;
  readonly edges?: unknown;
  readonly next?: unknown;
} {
  return typeof document === 'object' && document !== null ? document : {};
}

/** Returns the absolute URL. Undefined if it is not a URL. */
export function tryResolve(link: string, base: string | undefined): string | undefined {
  return parseUrl(link, base)?.href;
}

/**
 * Resolves a URL that a document names. Only http and https: a document must not make the page open anything else.
 *
 * @param at - where in the document it stands, for the error.
 * @throws FormatError that names `document`.
 */
export function resolveLink(link: string, base: string, document: string, at = 'relations'): string {
  const url = parseUrl(link, base);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new FormatError('not a URL that can be followed', { url: document, at, value: link });
  }
  return url.href;
}

/** @param graph - knows links that need no resolving. @throws FormatError if a link cannot be followed. */
export function resolveRelations(
  relations: Links['relations'],
  base: string,
  document: string,
  graph: { knows(url: string): boolean },
): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const name in relations) {
    const link = relations[name];
    if (link !== undefined) resolved[name] = graph.knows(link) ? link : resolveLink(link, base, document);
  }
  return resolved;
}

export function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash < 0 ? url : url.slice(0, hash);
}
