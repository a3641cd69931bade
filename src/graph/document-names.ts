import { withoutFragment } from './links.ts';

/** The other URLs of documents: a file was redirected, or has another `id`. News may name either. */
export class DocumentNames {
  /** Another URL of a document -> its own. */
  readonly #own = new Map<string, string>();

  /** Notes that the file at `alias` is stored as `own`, and so are the documents that are named by its fragments. */
  add(alias: string, own: string): void {
    this.#own.set(alias, own);
  }

  forget(alias: string): void {
    this.#own.delete(alias);
  }

  /** Returns the URL under which a document is stored. */
  of(url: string, documents: ReadonlyMap<string, unknown>): string {
    const file = withoutFragment(url);
    const moved = this.#own.get(file);
    if (moved === undefined || documents.has(url)) return url;
    const name = moved + url.slice(file.length);
    this.#own.set(url, name);
    return name;
  }

  /** Adds to the set all other URLs of its documents. */
  addOthers(urls: Set<string>): void {
    urls.forEach(url => {
      urls.add(this.#own.get(url) ?? url);
    });
    this.#own.forEach((own, alias) => {
      if (urls.has(own)) urls.add(alias);
    });
  }
}
