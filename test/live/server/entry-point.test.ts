import { describe, expect, it } from 'vitest';
import { entryPointOf } from '../../../src/live/server/entry-point.ts';

const room = { url: 'https://short.test/lounge', graph: { baseOf: () => 'https://rooms.test/api/rooms/lounge' } };

describe('the entry point of the API', () => {
  it('stands on the origin that the room redirected to', () => {
    expect(entryPointOf(room, {})).toBe('https://rooms.test/api');
  });

  it('stands on the origin that the app named, where it gives a token', () => {
    expect(entryPointOf(room, { token: 'secret' })).toBe('https://short.test/api');
  });

  it('is what the app names, beside the URL of the room', () => {
    expect(entryPointOf(room, { api: '/v2' })).toBe('https://short.test/v2');
    expect(entryPointOf(room, { api: 'https://api.test/', token: 'secret' })).toBe('https://api.test/');
  });
});
