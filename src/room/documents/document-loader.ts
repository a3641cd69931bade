import type { LoadDocument } from '../../graph/graph-client.ts';
import { defaultLimits } from '../../graph/graph-limits.ts';
import { DOCUMENT } from '../../net/queue/priority.ts';
import type { ResourceQueue } from '../dependencies.ts';

/**
 * Factor of a document's utility for each link between it and the room's document. One product is followed down to its resources before
 * the next, so that something can be shown while thousands of documents are still to be requested. Outweighs a minute of waiting.
 */
const DEEPER = 8;

/**
 * Loads a room's documents through the queue, the deepest first.
 * @param onPosition - called with the position in the server's log that a response reflects (`Foyer-Seq`).
 */
export function documentLoader(
  queue: ResourceQueue,
  signal: AbortSignal,
  onPosition: (position: string | undefined) => void,
): LoadDocument {
  const onHeaders = (headers: Pick<Headers, 'get'>) => onPosition(headers.get('foyer-seq') ?? undefined);
  const maxBytes = defaultLimits.responseBytes;
  return (url, { fresh, depth }) => {
    const priority = { class: DOCUMENT, utility: DEEPER ** depth };
    return queue.load({ url, maxBytes, priority, signal, onHeaders, revalidate: fresh });
  };
}
