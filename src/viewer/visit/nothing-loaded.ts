import { FormatError, LoadError } from '../../core/errors.ts';
import { parseUrl } from '../../core/parse-url.ts';
import type { RoomResource } from '../../room/resources/room-resource.ts';

/**
 * Thrown when a room's documents arrived but none of its meshes, so that there is nothing to see. The first failure is the
 * `cause`.
 */
export class NothingLoadedError extends Error {
  override readonly name = 'NothingLoadedError';
  /** URL of the resource that failed first. */
  readonly url: string;
  /** The most likely reason why resources are missing. */
  readonly likely: 'missing' | 'server' | 'cors' | 'csp' | 'unknown';
  readonly status: number | undefined;

  constructor(url: string, cause: unknown) {
    super(
      `no mesh of the room could be loaded; the first that failed: ${url} (${cause instanceof Error ? cause.message : cause})`,
      {
        cause,
      },
    );
    this.url = url;
    this.status = cause instanceof LoadError ? cause.status : undefined;
    this.likely = likelyCause(url, cause);
  }
}

/** Returns undefined while some mesh is available, or where the room has none. */
export function nothingLoaded(resources: Iterable<RoomResource>): NothingLoadedError | undefined {
  let first: RoomResource | undefined;
  for (const resource of resources) {
    if (resource.info.kind !== 'mesh') continue;
    if (resource.state !== 'failed') return undefined;
    first ??= resource;
  }
  return first && new NothingLoadedError(first.info.url, first.error);
}

function likelyCause(url: string, cause: unknown): NothingLoadedError['likely'] {
  if (cause instanceof FormatError)
    return /content security policy|unsafe-eval|CompileError|WebAssembly/i.test(String(cause.value)) ? 'csp' : 'unknown';
  if (!(cause instanceof LoadError)) return 'unknown';
  const { status } = cause;
  // 200: a web page came in place of the file.
  if (status === 404 || status === 410 || status === 200) return 'missing';
  if (status !== undefined) return 'server';
  const here = globalThis.origin;
  return (parseUrl(url)?.origin ?? here) === here ? 'unknown' : 'cors';
}
