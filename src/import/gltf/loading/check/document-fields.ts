import { FormatError } from '../../../../core/errors.ts';

export type Json = Record<string, unknown>;
const MAX_ITEMS = 100_000;

/** Reads and checks the fields of an untrusted glTF document one by one. Every method throws FormatError for an invalid field. */
export class DocumentFields {
  protected readonly json: Json;
  protected readonly url: string;
  /** Lengths of the document's lists; each list is checked once. */
  readonly #counts = new Map<string, number>();

  constructor(json: Json, url: string) {
    this.json = json;
    this.url = url;
  }

  protected fail(reason: string, at: string, value?: unknown): never {
    throw new FormatError(reason, { url: this.url, at, value });
  }

  protected list(owner: Json, name: string, at = name): Json[] {
    const list = owner[name] ?? [];
    if (!Array.isArray(list) || list.length > MAX_ITEMS)
      this.fail(`must be a list of at most ${MAX_ITEMS}`, at, Array.isArray(list) ? list.length : list);
    const wrong = (list as unknown[]).findIndex(item => typeof item !== 'object' || item === null);
    if (wrong >= 0) this.fail('must be an object', `${at}[${wrong}]`, (list as unknown[])[wrong]);
    return list as Json[];
  }

  protected whole(value: unknown, at: string, max: number, fallback?: number): number {
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
      this.fail(`must be a whole number of 0 to ${max}`, at, value);
    return value;
  }

  /** Returns a checked list of the document. */
  protected all(name: string): readonly Json[] {
    return (this.json[name] as readonly Json[] | undefined) ?? [];
  }

  /** Returns the object `owner[name]`, or an empty one where it is missing. */
  protected object(owner: Json, name: string, at: string): Json {
    const value = owner[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.fail('must be an object', `${at}.${name}`, value);
    return value as Json;
  }

  /** Returns a number that is a valid index of a list. */
  protected reference(value: unknown, list: string, at: string): number {
    let count = this.#counts.get(list);
    if (count === undefined) this.#counts.set(list, (count = this.list(this.json, list).length));
    if (count === 0) this.fail(`there are no ${list}`, at, value);
    return this.whole(value, at, count - 1);
  }

  /** Checks optional fields of a list's items that refer to items of another list. */
  protected optional(list: string, fields: Readonly<Record<string, string>>): void {
    for (const [i, item] of this.list(this.json, list).entries())
      for (const [field, target] of Object.entries(fields))
        if (item[field] !== undefined) this.reference(item[field], target, `${list}[${i}].${field}`);
  }

  protected numbers(owner: Json, name: string, target: string, at: string): void {
    const list: unknown = owner[name] ?? [];
    if (!Array.isArray(list) || list.length > MAX_ITEMS)
      this.fail(`must be a list of at most ${MAX_ITEMS}`, `${at}.${name}`, list);
    for (const [i, value] of (list as unknown[]).entries()) this.reference(value, target, `${at}.${name}[${i}]`);
  }
}
