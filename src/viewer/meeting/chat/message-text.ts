import { parseUrl } from '../../../core/parse-url.ts';

/** A piece of what somebody said. */
export interface TextPiece {
  readonly text: string;
  /** Where a click on it leads; undefined for plain text. Only http and https. */
  readonly href?: string;
}

/** Begins with a scheme or with `www.`, ends before blanks and brackets. */
const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`{}|\\^]+/gi;
/** What ends a sentence is no part of a link at its end. */
const TRAILING = /[.,;:!?…'"*_~]+$/;

/**
 * Finds the links in what somebody said. Nothing is ever HTML.
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

/** Without the full stop after it, and without a bracket that was opened before it. */
function withoutTrail(found: string): string {
  let link = found.replace(TRAILING, '');
  while (link.endsWith(')') && count(link, ')') > count(link, '(')) link = link.slice(0, -1).replace(TRAILING, '');
  return link;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** User names in links are a way to lie about where they lead: such a link is text. */
function safeUrl(written: string): string | undefined {
  const url = parseUrl(written);
  if (!url) return undefined;
  const { protocol, href, username, password, hostname } = url;
  const safe = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' && hostname.includes('.');
  return safe ? href : undefined;
}
