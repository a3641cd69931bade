/** Reads the response of a server, or a file of documents, before its documents are checked one by one. */
import { FormatError, LoadError } from '../core/errors.ts';
import { parseUrl } from '../core/parse-url.ts';
import { check, parse } from './check.ts';
import { envelope, isHandWritten } from './documents.ts';
import { tryResolve } from './links.ts';

export interface GraphResponse {
  /** Documents by absolute URL. Keys that are no URL are left out. */
  readonly documents: readonly (readonly [url: string, document: unknown])[];
  /** Absolute URL of the document that was asked for. Undefined where the response names none. */
  readonly id: string | undefined;
}

/**
 * @param file - URL that the bytes came from.
 * @param limit - bytes that a response may have.
 * @throws FormatError where it is no response, or larger; LoadError where the server reports failure.
 */
export function readResponse(file: string, bytes: Uint8Array, limit: number): GraphResponse {
  if (bytes.byteLength > limit)
    throw new FormatError(`a response of more than ${limit} bytes`, { url: file, value: bytes.byteLength });
  const json = parse(bytes, file);
  if (isHandWritten(json))
    throw new FormatError('a room that a person wrote: run "foyer room" on it first, and open what that writes', { url: file });
  const response = check(file, json, envelope);
  if (response.status === 'failure')
    throw new LoadError(`${response.error}${response.message ? ` (${response.message})` : ''}`, { url: file });
  const { id, denormalized } = response;
  const documents = Object.entries(denormalized).flatMap(([key, document]) => {
    const url = parseUrl(key, file)?.href;
    return url === undefined ? [] : [[url, document] as const];
  });
  return { documents, id: id === undefined ? undefined : tryResolve(id, file) };
}
