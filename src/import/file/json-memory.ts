/** Bounds the memory that parsing JSON takes, before it is parsed. */
import { FormatError } from '../../core/errors.ts';

/** Bytes of memory that V8 takes while it parses: an object or a list, and what follows a comma or a colon. */
const BRACKET = 64;
const VALUE = 32;
/** Maximum bytes of memory for what a text holds. A parser cannot be stopped, so the limits of a thread are too late. */
const MAX_MEMORY = 512 * 2 ** 20;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Checks what a JSON text holds. 250 MB of brackets took 11 GB and 88 s to parse, and V8 ends the whole process where a parser fills
 * the heap of a thread. A text below 8 MB is never scanned.
 *
 * @throws FormatError at `JSON`.
 */
export function checkJsonMemory(text: Uint8Array, url: string): void {
  if (text.byteLength * BRACKET <= MAX_MEMORY) return;
  let memory = 0;
  for (let i = 0; i < text.byteLength; i++) {
    switch (text[i]) {
      case 0x7b: // {
      case 0x5b: // [
        memory += BRACKET;
        break;
      case 0x2c: // ,
      case 0x3a: // :
        memory += VALUE;
        break;
      case QUOTE: {
        const end = endOfText(text, i);
        // A text that does not end is an error of the parser.
        if (end < 0) return;
        i = end;
      }
    }
    if (memory > MAX_MEMORY)
      throw new FormatError(`its JSON takes more than ${MAX_MEMORY / 2 ** 20} MB of memory`, { url, at: 'JSON' });
  }
}

function endOfText(text: Uint8Array, at: number): number {
  for (let end = text.indexOf(QUOTE, at + 1); end >= 0; end = text.indexOf(QUOTE, end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
