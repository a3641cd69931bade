import type { GraphClient } from '../../graph/graph-client.ts';
import type { LiveRoomOptions } from '../live-options.ts';

/** Returns the absolute URL of the API's entry point: the one that the app names, or `/api` on the room's origin. */
export function entryPointOf(
  { url, graph }: { readonly url: string; readonly graph: Pick<GraphClient, 'baseOf'> },
  { api, token }: Pick<LiveRoomOptions, 'api' | 'token'>,
): string {
  if (api !== undefined) return new URL(api, url).href;
  // The app gave its token for the origin that it named. A redirect of the room may not choose another.
  return new URL('/api', token === undefined ? graph.baseOf(url) : url).href;
}
