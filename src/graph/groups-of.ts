import { linksOf, tryResolve } from './links.ts';

export interface StoredDocument {
  readonly document: unknown;
  /** URL of the response that contained it. Its links are relative to that. */
  readonly base: string;
}

/** Yields the URLs of all stored pages of the groups that the document at `url` relates to. */
export function* groupsOf(url: string, documents: ReadonlyMap<string, StoredDocument>): Generator<string> {
  const stored = documents.get(url);
  for (const link of Object.values(linksOf(stored?.document).relations ?? {})) {
    let page = typeof link === 'string' ? tryResolve(link, stored?.base) : undefined;
    for (const seen = new Set<string>(); page !== undefined && !seen.has(page); ) {
      seen.add(page);
      const group = documents.get(page);
      const { nodes, edges, next } = linksOf(group?.document);
      if (!nodes && !edges) break;
      yield page;
      page = typeof next === 'string' ? tryResolve(next, group?.base) : undefined;
    }
  }
}
