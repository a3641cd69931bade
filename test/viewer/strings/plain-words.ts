import { fill, type StringTable } from '../../../src/viewer/strings/string-table.ts';
import type { Words } from '../../../src/viewer/strings/words.ts';

/** English words without a page around them. */
export const plainWords: Pick<Words, 'text' | 'number'> = {
  text: <K extends string>(table: StringTable<K>, name: K, values: Readonly<Record<string, string | number>> = {}) =>
    fill(table.english[name], values),
  number: (value: number, digits = 0) => value.toFixed(digits),
};
