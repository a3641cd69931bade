import { describe, expect, it } from 'vitest';
import { FormatError, LoadError } from '../../../src/core/errors.ts';
import { ContextError } from '../../../src/render/gl/context.ts';
import { TAKEN_AWAY } from '../../../src/viewer/stage/context-watch.ts';
import { errorText } from '../../../src/viewer/status/error-text.ts';
import { NothingLoadedError } from '../../../src/viewer/visit/nothing-loaded.ts';
import { plainWords } from '../strings/plain-words.ts';

const url = 'https://example.org/room.json';

describe('errorText', () => {
  it.each([
    [new LoadError('x', { url, status: 404 }), 'There is no room at this address (HTTP 404).'],
    [new LoadError('x', { url, status: 503, failure: 'transient' }), 'The server answered with an error (HTTP 503).'],
    [new LoadError('x', { url, failure: 'transient' }), 'The server could not be reached.'],
    [new LoadError('x', { url, failure: 'offline' }), 'There is no network. Try again when you are connected.'],
    [new LoadError('not a URL', { url }), 'Not a URL.'],
    [new LoadError('closed (We open at nine.)', { url }), 'Closed (We open at nine.).'],
    [new FormatError('not JSON', { url }), 'What is at this address is not a room (not JSON).'],
    [
      new FormatError('no number', { url, at: 'data.spawn', value: 'x' }),
      'What is at this address is not a room (no number, at data.spawn).',
    ],
    [new FormatError('x', { url, at: 'src', value: ' ' }), 'The page does not say which: its src is blank.'],
    [new TypeError('odd'), 'Odd.'],
    ['just words!', 'Just words!'],
  ])('says of %s: %s', (error, text) => {
    expect(errorText(error, plainWords)).toEqual({ title: 'The room did not open', text });
  });

  it.each([
    [new LoadError('x', { url, status: 404 }), 'missing', /example\.org \(HTTP 404\): its folder of resources/],
    [new LoadError('a web page came', { url, status: 200 }), 'missing', /example\.org \(HTTP 200\): its folder of resources/],
    [new LoadError('x', { url, status: 503 }), 'server', /example\.org answers with an error \(HTTP 503\)/],
    [new LoadError('x', { url, failure: 'transient' }), 'cors', /example\.org may not allow/],
    [
      new FormatError('the decoder failed', { url, value: 'CompileError: violates the following Content Security Policy' }),
      'csp',
      /wasm-unsafe-eval/,
    ],
    [new FormatError('noise', { url }), 'unknown', /Nothing of the room could be loaded: noise/],
  ])('where nothing came, says what most likely keeps it away: %s', (cause, likely, text) => {
    const error = new NothingLoadedError(url, cause);
    expect(error).toMatchObject({ likely, cause, url });
    expect(errorText(error, plainWords).text).toMatch(text);
  });

  it('tells no WebGL at all from one that was taken away', () => {
    expect(errorText(new ContextError(''), plainWords).title).toBe('This browser shows no 3D here');
    expect(errorText(new ContextError(TAKEN_AWAY), plainWords).title).toBe('The picture was taken away');
  });
});
