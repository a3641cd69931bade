/** Downloads files that contain several resources. Each file is one request for all its resources. */
import { untilAborted } from '../../core/until-aborted.ts';
import { LAST_CLASS, type Priority } from '../../net/queue/priority.ts';
import type { ResourceQueue } from '../dependencies.ts';
import type { BundleInfo } from '../documents/room-info.ts';

type Download = ReturnType<ResourceQueue['load']>;

/** One requested resource of a bundle. */
interface Wanted {
  priority: Priority;
}

interface Running {
  readonly download: Download;
  readonly abort: AbortController;
  readonly wanted: Set<Wanted>;
}

export interface BundledRequest {
  readonly bundle: BundleInfo;
  /** Of the resource. */
  readonly bytes: number;
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** Requests bundles and cuts resources out of them. Aborts a bundle when no requested resource is left. */
export class BundledDownloads {
  readonly #queue: ResourceQueue;
  /** Bundles by hash. A failed one stays, so that it is not requested again: its resources have URLs of their own. */
  readonly #running = new Map<string, Running>();

  constructor(queue: ResourceQueue) {
    this.#queue = queue;
  }

  /** Works like `queue.load` for one resource. `done` rejects with the error of the bundle, or the signal's reason. */
  load({ bundle, bytes, priority, signal }: BundledRequest): Download {
    const wanted: Wanted = { priority };
    const running = this.#running.get(bundle.hash) ?? this.#start(bundle, priority);
    const { download } = running;
    running.wanted.add(wanted);
    prioritise(running);
    const done = async () => {
      try {
        const all = await untilAborted(download.done, signal);
        // A copy, because transferring it to a worker transfers the whole buffer.
        return all.slice(bundle.at, bundle.at + bytes);
      } finally {
        running.wanted.delete(wanted);
        if (running.wanted.size > 0) prioritise(running);
        else if (signal.aborted) running.abort.abort();
      }
    };
    return {
      done: done(),
      get received() {
        return Math.min(bytes, Math.max(0, download.received - bundle.at));
      },
      setPriority: now => {
        wanted.priority = now;
        if (running.wanted.has(wanted)) prioritise(running);
      },
      // Mirrors belong to the resource's own file, which is requested if the bundle fails.
      addMirrors: () => {},
    };
  }

  #start({ url, bytes, hash }: BundleInfo, priority: Priority): Running {
    const abort = new AbortController();
    const download = this.#queue.load({ url, bytes, hash, priority, signal: abort.signal });
    const running: Running = { download, abort, wanted: new Set() };
    this.#running.set(hash, running);
    // Later requests find it in the cache of the queue.
    const end = () => {
      if (this.#running.get(hash) === running) this.#running.delete(hash);
    };
    abort.signal.addEventListener('abort', end);
    download.done.then(end, () => {});
    return running;
  }
}

/** A bundle has the class of its most urgent resource, and the sum of the utilities in that class. */
function prioritise({ download, wanted }: Running): void {
  let [of, utility] = [LAST_CLASS, 0];
  for (const { priority } of wanted) {
    if (priority.class < of) [of, utility] = [priority.class, 0];
    if (priority.class === of) utility += priority.utility;
  }
  download.setPriority({ class: of, utility });
}
