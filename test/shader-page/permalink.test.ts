import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeState, encodeState, type PageState, targetsOf } from '../../src/shader-page/permalink.ts';

const pack = (text: string) => `#s=${deflateRawSync(text).toString('base64url')}`;

it('decodes every text that it encoded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.option(fc.string()), async (a, b) => {
      const state: PageState = { stage: 'fragment', target: 'ps_3_0', a, ...(b === null ? {} : { b }) };
      expect(await decodeState(`#${await encodeState(state)}`)).toEqual(state);
    }),
    { seed: 5, numRuns: 50 },
  );
});

it('is shorter than its source', async () => {
  const a = 'gl_Position = uProjection * vec4(aPosition, 1.0);\n'.repeat(40);
  expect((await encodeState({ stage: 'vertex', target: 'vs_2_0', a })).length).toBeLessThan(a.length / 10);
});

it('decodes a fragment without state to undefined', async () => {
  expect(await decodeState('')).toBeUndefined();
  expect(await decodeState('#docs')).toBeUndefined();
});

it.each([
  ['not base64', '#s=A'],
  ['not deflate', '#s=AAAAAAAA'],
  ['not JSON', pack('{')],
  ['no stage', pack('{"a":"x"}')],
  ['no source', pack('{"stage":"vertex"}')],
  ['a source that is not a text', pack('{"stage":"vertex","a":[1]}')],
  ['null', pack('null')],
  ['a bomb', pack(JSON.stringify({ stage: 'vertex', a: ' '.repeat(50_000_000) }))],
])('reports a damaged link: %s', async (_, fragment) => {
  await expect(decodeState(fragment)).rejects.toThrow('the link is damaged');
});

it('replaces a target of the other stage by the first of its own', async () => {
  expect(await decodeState(pack('{"stage":"vertex","target":"ps_3_0","a":"x"}'))).toMatchObject({ target: 'vs_2_0' });
  expect(targetsOf('fragment')).toEqual(['ps_2_0', 'ps_3_0']);
});
