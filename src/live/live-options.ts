import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { LiveFetch } from './server/api-client.ts';

/** What an app passes to a live room. */
export interface LiveRoomOptions {
  /**
   * URL of the API's entry point; by default `/api` on the room's origin, after redirects. Token and cookies go to the origin of this URL
   * alone, whatever URLs the documents name. Give it with a `token` where visitors choose the room: the default sends the token to the
   * origin of the room's URL as it was given, and to no origin that it redirects to.
   */
  readonly api?: string | undefined;
  /** Signed token of an embedder's own issuer, sent as `Authorization: Bearer`. Without one, the browser sends its cookies. */
  readonly token?: string | undefined;
  readonly fetch?: LiveFetch;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Reserves a connection to the origin of this URL, because a stream stays open. @returns releases it. */
  readonly reserve?: (url: string) => () => void;
}

export interface EnterOptions {
  /** 1 to 40 characters. */
  readonly name: string;
  /** URL of an avatar whose body and clothes to copy: one of `bodies()`. */
  readonly avatar?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What I may do here, as far as the server says. The server decides at each request. */
export interface LiveRights {
  /** Be seen, speak, change my clothes. */
  readonly enter: boolean;
  /** Add, move and remove furniture. */
  readonly decorate: boolean;
  /** Remove people and messages, and mute people for everybody. */
  readonly moderate: boolean;
}
