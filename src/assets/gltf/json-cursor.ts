import { FormatError } from '../../core/errors.ts';

/**
 * A place in a parsed, unchecked JSON document. Each reader states what it expects. It returns exactly that, or throws a
 * `FormatError`
 * that names the place and quotes the value. The `optional…` readers return `undefined` for absent values.
 *
 * ```ts
 * const root = new JsonCursor(JSON.parse('{"accessors":[{"count":-1}]}'), '', 'chair.glb');
 * root.list('accessors')[0].get('count').integer(0, 10);
 * // FormatError: expected an integer from 0 to 10 at accessors[0].count, got -1: chair.glb
 * ```
 */
export class JsonCursor {
  readonly value: unknown;
  readonly at: string;
  readonly url: string;

  constructor(value: unknown, at: string, url: string) {
    this.value = value;
    this.at = at;
    this.url = url;
  }

  get present(): boolean {
    return this.value !== undefined;
  }

  fail(reason: string): never {
    throw new FormatError(reason, { url: this.url, at: this.at, value: this.value });
  }

  /** The member `key`; absent where this is absent or has no such member of its own. */
  get(key: string): JsonCursor {
    const { value } = this;
    if (value !== undefined && !isRecord(value)) this.fail('expected an object');
    const member = value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
    return new JsonCursor(member, this.at ? `${this.at}.${key}` : key, this.url);
  }

  /** The elements of the array `key`; none where it is absent. */
  list(key: string): JsonCursor[] {
    const list = this.get(key);
    return list.present ? list.elements() : [];
  }

  elements(): JsonCursor[] {
    const { value } = this;
    if (!Array.isArray(value)) this.fail('expected an array');
    return value.map((element: unknown, i) => new JsonCursor(element, `${this.at}[${i}]`, this.url));
  }

  integer(min: number, max: number): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      this.fail(`expected an integer from ${min} to ${max}`);
    return value;
  }

  optionalInteger(min: number, max: number, fallback: number): number {
    return this.present ? this.integer(min, max) : fallback;
  }

  /** A finite number in [min, max]. */
  number(min = -Number.MAX_VALUE, max = Number.MAX_VALUE): number {
    const { value } = this;
    if (typeof value !== 'number' || !(value >= min && value <= max)) this.fail(`expected a number from ${min} to ${max}`);
    return value;
  }

  optionalNumber(fallback: number, min?: number, max?: number): number {
    return this.present ? this.number(min, max) : fallback;
  }

  /** Exactly `length` finite numbers. */
  numbers(length: number): number[] {
    const list = this.elements();
    if (list.length !== length) this.fail(`expected ${length} numbers`);
    return list.map(n => n.number());
  }

  string(): string {
    const { value } = this;
    if (typeof value !== 'string') this.fail('expected a string');
    return value;
  }

  optionalString(fallback: string): string {
    return this.present ? this.string() : fallback;
  }

  /** One of `allowed`; `fallback` where it is absent. */
  choice<T extends string>(allowed: readonly T[], fallback: T): T {
    const { value } = this;
    if (value === undefined) return fallback;
    const found = allowed.find(a => a === value);
    if (found === undefined) this.fail(`expected one of ${allowed.join(', ')}`);
    return found;
  }

  optionalBoolean(fallback: boolean): boolean {
    const { value } = this;
    if (value === undefined) return fallback;
    if (typeof value !== 'boolean') this.fail('expected true or false');
    return value;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
