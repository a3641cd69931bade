/** Reads the response of a server, or a file of documents, before its documents are checked one by one. */
import type * as v from 'valibot';
import { FormatError, LoadError } from '../core/errors.ts';
import { check, parse } from './check.ts';
import { envelope, isHandWritten } from './documents.ts';

/**
 * @param file - URL that the bytes came from.
 * @param limit - bytes that a response may have.
 * @throws FormatError where it is no response, or larger; LoadError where the server reports failure.
 */
export function readResponse(
  file: string,
  bytes: Uint8Array,
  limit: number,
): Extract<v.InferOutput<typeof envelope>, { readonly status?: 'success' | undefined }> {
  if (bytes.byteLength > limit)
    throw new FormatError(`a response of more than ${limit} bytes`, { url: file, value: bytes.byteLength });
  const json = parse(bytes, file);
  if (isHandWritten(json))
    throw new FormatError('a room description: run "foyer room" on it first, and open what that writes', { url: file });
  const response = check(file, json, envelope);
  if (response.status === 'failure')
    throw new LoadError(`${response.error}${response.message ? ` (${response.message})` : ''}`, { url: file });
  return response;
}
