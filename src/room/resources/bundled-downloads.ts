/** Downloads of files that hold several resources: each is one request, whoever wants something of it. */
import { untilAborted } from '../../core/until-aborted.ts';
import { LAST_CLASS, type Priority } from '../../net/queue/priority.ts';
import type { ResourceQueue } from '../dependencies.ts';
import type { BundleInfo } from '../documents/room-info.ts';

type Download = ReturnType<ResourceQueue['load']>;

/** One resource of a bundle that somebody waits for. */
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

/** Asks a queue for bundles, and cuts resources out of them. A bundle that nobody waits for any more is aborted. */
export class BundledDownloads {
  readonly #queue: ResourceQueue;
  /** By hash. One that failed stays, so that it is not requested again: what is in it has URLs of its own. */
  readonly #running = new Map<string, Running>();

  constructor(queue: ResourceQueue) {
    this.#queue = queue;
  }

  /** As `queue.load` for one resource. `done` rejects with the error of the bundle, or with the signal's reason. */
  load({ bundle, bytes, priority, signal }: BundledRequest): Download {
    const wanted: Wanted = { priority };
    const running = this.#running.get(bundle.hash) ?? this.#start(bundle, priority);
    const { download } = running;
    running.wanted.add(wanted);
    prioritise(running);
    const done = async () => {
      try {
        const all = await untilAborted(download.done, signal);
        // A copy: what goes to a worker takes its whole buffer along.
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
      // Of the resource's own file, which is asked for where the bundle fails.
      addMirrors: () => {},
    };
  }

  #start({ url, bytes, hash }: BundleInfo, priority: Priority): Running {
    const abort = new AbortController();
    const download = this.#queue.load({ url, bytes, hash, priority, signal: abort.signal });
    const running: Running = { download, abort, wanted: new Set() };
    this.#running.set(hash, running);
    // Who wants something of it later finds it in the cache of the queue.
    const end = () => {
      if (this.#running.get(hash) === running) this.#running.delete(hash);
    };
    abort.signal.addEventListener('abort', end);
    download.done.then(end, () => {});
    return running;
  }
}

/** A bundle is as urgent as the most urgent resource in it, and worth as much as all of those together. */
function prioritise({ download, wanted }: Running): void {
  let [of, utility] = [LAST_CLASS, 0];
  for (const { priority } of wanted) {
    if (priority.class < of) [of, utility] = [priority.class, 0];
    if (priority.class === of) utility += priority.utility;
  }
  download.setPriority({ class: of, utility });
}
