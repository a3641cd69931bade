import * as v from 'valibot';
import { FormatError } from '../core/errors.ts';

/** `<` */
const LESS_THAN = 0x3c;

/**
 * Reads JSON in UTF-8, and skips a byte order mark.
 * @throws FormatError where it is none. It tells a web page apart: many servers answer with one where a file is missing.
 */
export function parse(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(bytes[0] === LESS_THAN ? 'a web page, not JSON' : 'not JSON', { url, cause });
  }
}

/** @throws FormatError that names the first thing that is wrong. */
export function check<Schema extends v.GenericSchema>(url: string, value: unknown, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const at = v.getDotPath(issue);
  throw new FormatError(issue.message, { url, ...(at === null ? {} : { at }), value: issue.input });
}
