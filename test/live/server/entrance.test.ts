import { beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../src/live/server/api-client.ts';
import { Entrance } from '../../../src/live/server/entrance.ts';
import { ServerClock } from '../../../src/live/server/server-clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const API = 'https://rooms.test/api';
const ME = `${API}/avatars/me`;

let asked: string[];
let entrance: Entrance;
/** Who the server knows before. */
let known: { me?: string };

beforeEach(() => {
  asked = [];
  known = {};
  const clock = new VirtualClock();
  const fetch = async (url: string, { method, body }: RequestInit): Promise<Response> => {
    asked.push(`${method} ${url.slice(API.length)} ${body ?? ''}`.trim());
    const document = url.endsWith('/session')
      ? { data: {}, relations: { me: ME } }
      : { relations: { session: `${API}/session`, ...known } };
    return Response.json({ id: url, denormalized: { [url]: document } });
  };
  entrance = new Entrance(new ApiClient({ entry: API, clock, fetch, serverClock: new ServerClock(clock) }), API);
});

describe('admitting a visitor', () => {
  it('requests a guest once for one name, however often it is called', async () => {
    const both = [entrance.admit('Mira'), entrance.admit('Mira')];
    expect(await Promise.all(both)).toEqual([ME, ME]);
    expect(asked).toEqual(['GET', 'POST /session {"data":{"name":"Mira"}}']);
  });

  it('creates a guest before there is a name, and sends only the name afterwards', async () => {
    await entrance.admit(undefined);
    await entrance.admit(undefined);
    await entrance.admit('Mira');
    expect(asked).toEqual(['GET', 'POST /session {"data":{}}', 'POST /session {"data":{"name":"Mira"}}']);
  });

  it('names a guest before the visitor enters, but nobody whom the server knew before', async () => {
    expect(await entrance.admitNew('Mira')).toBe(ME);
    expect(await entrance.admitNew('Alma')).toBe(ME);
    expect(asked).toHaveLength(3);
    await entrance.forget();
    known = { me: ME };
    asked = [];
    expect(await entrance.admitNew('Mira')).toBeUndefined();
    expect(asked).toEqual(['GET']);
    expect(await entrance.admit('Mira')).toBe(ME);
    expect(asked).toEqual(['GET', 'POST /session {"data":{"name":"Mira"}}']);
  });

  it('reads links against the URL that the entry point redirected to', async () => {
    const at = 'https://rooms.test/v2/entry';
    const answer = { id: at, denormalized: { [at]: { relations: { avatars: 'avatars', me: '../me' } } } };
    const fetch = async () => Object.defineProperties(Response.json(answer), { url: { value: at }, redirected: { value: true } });
    const clock = new VirtualClock();
    const redirected = new Entrance(new ApiClient({ entry: API, clock, fetch, serverClock: new ServerClock(clock) }), API);
    expect(await redirected.entry()).toMatchObject({ avatars: 'https://rooms.test/v2/avatars', me: 'https://rooms.test/me' });
  });

  it('requests a new guest after the session was forgotten', async () => {
    await entrance.admit('Mira');
    await entrance.forget();
    await entrance.admit('Mira');
    expect(asked).toHaveLength(4);
  });
});
