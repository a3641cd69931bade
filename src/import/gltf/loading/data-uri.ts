import { FormatError } from '../../../core/errors.ts';
import type { Place } from '../../file/sandboxed-files.ts';

/**
 * Decodes the bytes of a `data:` URI (RFC 2397). It ignores the media type: readers detect the format from the bytes.
 *
 * @throws FormatError for invalid base64.
 */
export function decodeDataUri(uri: string, place: Place): Uint8Array<ArrayBuffer> {
  const comma = uri.indexOf(',');
  if (comma < 0) throw new FormatError('a data: URI without a comma', { ...place, value: uri });
  // Escapes are bytes, not UTF-8. A lone % stays (URL standard, "percent-decode").
  let body = uri.slice(comma + 1).replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (!/;\s*base64\s*$/i.test(uri.slice(0, comma))) return new Uint8Array(Buffer.from(body, 'latin1'));
  // White space is skipped as in browsers (Infra, "forgiving-base64 decode"). Buffer would silently skip other characters too.
  body = body.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(body)) throw new FormatError('not base64', { ...place, value: uri });
  return new Uint8Array(Buffer.from(body, 'base64'));
}
