/** Builds the single file of a static room: all documents by URL. Documents without their own file are fragments of it. */
export class RoomDocument {
  readonly #name: string;
  readonly #documents: Record<string, object> = {};

  /** @param name - of the file, such as `room.json`. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Returns a document's URL. @param path - `product/3`; '' is the room itself. */
  url(path: string): string {
    return path === '' ? this.#name : `${this.#name}#${path}`;
  }

  node(path: string, data: object, relations: Record<string, string> = {}): string {
    this.#documents[this.url(path)] = { data, relations };
    return this.url(path);
  }

  /** Adds an edge group and its edges `path/0`, `path/1`, … */
  edges(path: string, edges: readonly { data: object; ref: string }[]): string {
    const urls = edges.map(({ data, ref }, i) => this.node(`${path}/${i}`, data, { ref }));
    this.#documents[this.url(path)] = { edges: urls };
    return this.url(path);
  }

  /** Says of a resource edge that its bytes also stand in a bundle. @param bundle - URL of its document. @param at - where they begin. */
  bundle(edge: string, bundle: string, at: number): void {
    const { data, relations } = this.#documents[edge] as { readonly data: object; readonly relations: object };
    this.#documents[edge] = { data: { ...data, at }, relations: { ...relations, bundle } };
  }

  /** All added documents, by URL. */
  get documents(): Readonly<Record<string, object>> {
    return this.#documents;
  }

  toString(): string {
    return `${JSON.stringify({ id: this.#name, status: 'success', denormalized: this.#documents }, null, 1)}\n`;
  }
}
