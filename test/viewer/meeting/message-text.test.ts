import fc from 'fast-check';
import { expect, it } from 'vitest';
import { piecesOf } from '../../../src/viewer/meeting/chat/message-text.ts';

const links = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? []);

it('finds links, and leaves the sentence around them alone', () => {
  expect(piecesOf('See https://a.org/x?y=1. Nice')).toEqual([
    { text: 'See ' },
    { text: 'https://a.org/x?y=1', href: 'https://a.org/x?y=1' },
    { text: '. Nice' },
  ]);
  expect(links('(www.example.org/a_(b)) and HTTP://B.ORG!')).toEqual(['https://www.example.org/a_(b)', 'http://b.org/']);
});

it('takes nothing else for a link', () => {
  const hostile = [
    'javascript:alert(1)',
    'data:text/html,<script>1</script>',
    'https://bank.example@evil.example/',
    'https://',
    'https://[',
    'ftp://a.org',
    'a.org',
    'https://localhost/',
  ];
  for (const text of hostile) expect([text, links(text)]).toEqual([text, []]);
});

it('loses no character, whatever is said', () => {
  const word = fc.oneof(fc.string(), fc.constantFrom('https://a.org/(', 'www.b.org).', 'https://', ' ', '<b>', 'http://c.org,'));
  fc.assert(
    fc.property(fc.array(word), words => {
      const text = words.join('');
      const pieces = piecesOf(text);
      expect(pieces.map(piece => piece.text).join('')).toBe(text);
      for (const { href } of pieces) expect(href ?? 'http://').toMatch(/^https?:\/\//);
    }),
  );
});
