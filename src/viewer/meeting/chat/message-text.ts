import { parseUrl } from '../../../core/parse-url.ts';

/** A piece of a message. */
export interface TextPiece {
  readonly text: string;
  /** URL of a link, http or https. Undefined for plain text. */
  readonly href?: string;
}

/** A link begins with a scheme or `www.`, and ends before blanks and brackets. */
const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`{}|\\^]+/gi;
/** Punctuation after a link is not part of it. */
const TRAILING = /[.,;:!?…'"*_~]+$/;

/**
 * Finds the links in a message. The pieces are text, never HTML.
 * `piecesOf('See https://a.org.') // [{text: 'See '}, {text: 'https://a.org', href: 'https://a.org/'}, {text: '.'}]`
 */
export function piecesOf(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  const plain = (to: number) => {
    if (to > end) pieces.push({ text: text.slice(end, to) });
  };
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const written = withoutTrail(found);
    const href = safeUrl(/^www\./i.test(written) ? `https://${written}` : written);
    if (href === undefined) continue;
    plain(index);
    pieces.push({ text: written, href });
    end = index + written.length;
  }
  plain(text.length);
  return pieces;
}

/** Removes punctuation after a link, and a closing bracket that was opened before it. */
function withoutTrail(found: string): string {
  let link = found.replace(TRAILING, '');
  while (link.endsWith(')') && count(link, ')') > count(link, '(')) link = link.slice(0, -1).replace(TRAILING, '');
  return link;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Links with user names can hide their real target, so they stay text. */
function safeUrl(written: string): string | undefined {
  const url = parseUrl(written);
  if (!url) return undefined;
  const { protocol, href, username, password, hostname } = url;
  const safe = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' && hostname.includes('.');
  return safe ? href : undefined;
}
