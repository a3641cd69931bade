/** Decodes the names of files in models. */
import { isUtf8 } from 'node:buffer';

/**
 * Decodes a URI as browsers do: a % that begins no escape stays. Escapes that are no UTF-8 are Latin-1, as old Windows programs write
 * them: `decodeUri('100%_h%E4user%20a.png') // '100%_häuser a.png'`
 */
export const decodeUri = (uri: string): string =>
  uri.replace(/(%[0-9a-f]{2})+/gi, escapes => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
    return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  });
