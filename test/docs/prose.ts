/** Reads Markdown as prose: sentences, links and anchors, for the tests that keep the documents readable. */
import { marked, type Token, type Tokens } from 'marked';

export interface Sentence {
  readonly text: string;
  readonly words: number;
}

export interface Prose {
  readonly sentences: readonly Sentence[];
  /** Targets of links and pictures, as written. */
  readonly links: readonly string[];
  /** The names that `#…` links may use: headings in GitHub's spelling. */
  readonly anchors: ReadonlySet<string>;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** `readProse('One two. Three.').sentences.map(s => s.words) // [2, 1]` */
export function readProse(markdown: string): Prose {
  const sentences: Sentence[] = [];
  const links: string[] = [];
  const anchors = new Set<string>();

  const addSentences = (text: string) => {
    for (const { segment } of segmenter.segment(text.replace(/\s+/g, ' '))) {
      const words = wordsOf(segment);
      if (words > 0) sentences.push({ text: segment.trim(), words });
    }
  };
  const visit = (token: Token): void => {
    if (token.type === 'link' || token.type === 'image') links.push(token.href);
    if (token.type === 'heading') anchors.add(anchorOf(plain(token.tokens ?? [])));
    if (token.type === 'paragraph' || (token.type === 'text' && token.tokens)) addSentences(plain(token.tokens ?? []));
    if (token.type === 'table') {
      const { header, rows } = token as Tokens.Table;
      for (const cell of [header, ...rows].flat()) {
        addSentences(plain(cell.tokens));
        cell.tokens.forEach(visit);
      }
    }
    if (token.type === 'list') for (const item of (token as Tokens.List).items) item.tokens.forEach(visit);
    else if ('tokens' in token) token.tokens?.forEach(visit);
  };
  marked.lexer(markdown).forEach(visit);
  return { sentences, links, anchors };
}

/** Lines of prose that are longer than `most` characters. Code, tables and lines of one long link do not count. */
export function longLines(markdown: string, most: number): string[] {
  let inCode = false;
  return markdown.split('\n').filter(line => {
    if (/^\s*```/.test(line)) inCode = !inCode;
    return !inCode && line.length > most && !line.startsWith('|') && !/^\s*(?:[-*] )?\[[^\]]*\]\([^)]*\)$/.test(line);
  });
}

/** The text of inline tokens; a piece of code is one word. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map(token => {
      if (token.type === 'codespan') return 'Code'; // A capital: a sentence may begin with it.
      if (token.type === 'image' || token.type === 'html') return '';
      if (token.type === 'br') return ' ';
      return 'tokens' in token && token.tokens ? plain(token.tokens) : 'text' in token ? String(token.text) : '';
    })
    .join('');
}

function wordsOf(text: string): number {
  return text.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length;
}

/** https://docs.github.com: lower case, punctuation left out, spaces become hyphens. */
function anchorOf(heading: string): string {
  const spelled = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return spelled.trim().replace(/\s/g, '-');
}
