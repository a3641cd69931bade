import * as v from 'valibot';
import { FormatError } from '../core/errors.ts';

/** Whether a text begins like a web page, behind a byte order mark (EF BB BF) and white space. */
const MARKUP = /^[\s\xef\xbb\xbf]*</;
/** Bytes that are searched for the beginning of a web page. Templates leave empty lines before it. */
const BEGINNING = 200;

/**
 * Reads JSON in UTF-8, and skips a byte order mark.
 * @throws FormatError if it is not JSON. It says so if it is a web page: many servers answer with one if a file is missing.
 */
export function parse(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(
      MARKUP.test(String.fromCharCode(...bytes.subarray(0, BEGINNING))) ? 'a web page, not JSON' : 'not JSON',
      { url, cause },
    );
  }
}

/** @throws FormatError that names the first error. */
export function check<Schema extends v.GenericSchema>(url: string, value: unknown, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const at = v.getDotPath(issue);
  throw new FormatError(issue.message, { url, ...(at === null ? {} : { at }), value: issue.input });
}
