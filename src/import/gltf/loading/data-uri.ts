import { FormatError } from '../../../core/errors.ts';
import type { Place } from '../../sandboxed-files.ts';

/**
 * The bytes of a `data:` URI (RFC 2397). The media type is not believed: what the bytes are, their reader finds out.
 * @throws FormatError for base64 that is none.
 */
export function decodeDataUri(uri: string, place: Place): Uint8Array<ArrayBuffer> {
  const comma = uri.indexOf(',');
  if (comma < 0) throw new FormatError('a data: URI without a comma', { ...place, value: uri });
  let body = uri.slice(comma + 1);
  try {
    if (body.includes('%')) body = decodeURIComponent(body);
  } catch (cause) {
    throw new FormatError('not a valid data: URI', { ...place, value: uri, cause });
  }
  if (!/;\s*base64\s*$/i.test(uri.slice(0, comma))) return new Uint8Array(Buffer.from(body, 'latin1'));
  // White space is skipped (Infra, "forgiving-base64 decode"), as in browsers; other characters Buffer would skip without a word.
  body = body.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(body)) throw new FormatError('not base64', { ...place, value: uri });
  return new Uint8Array(Buffer.from(body, 'base64'));
}
