import { type Clock, systemClock } from '../../core/clock.ts';
import { Emitter } from '../../core/emitter.ts';
import type { LoadError } from '../../core/errors.ts';
import type { ByteCache } from '../cache/byte-cache.ts';
import { CacheLane } from '../cache/cache-lane.ts';
import { formKey, type KeptForm } from '../cache/kept-form.ts';
import { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import { Collector } from '../metrics/collector.ts';
import { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { browserTimings } from '../metrics/resource-timing.ts';
import { browserConnectivity } from '../transfer/connectivity.ts';
import { type HashFunction, sha256 } from '../transfer/content-check.ts';
import { NetworkLane } from '../transfer/network-lane.ts';
import { Origins } from '../transfer/origins.ts';
import { PartialBody } from '../transfer/partial-body.ts';
import { browserPathMemory } from '../transfer/path-memory.ts';
import { DownloadLog } from './download-log.ts';
import type { Download, DownloadRequest } from './download-request.ts';
import { type DownloadState, stateOf } from './download-state.ts';
import { type BytesFrom, Job, type JobState, jobKey } from './job.ts';
import { checkPriority } from './priority.ts';
import type { QueueOptions } from './queue-options.ts';
import { type QueueStats, readStats } from './queue-stats.ts';
import { TypicalSize } from './typical-size.ts';
import { createWaiter, type Waiter } from './waiter.ts';

/**
 * Loads bytes, the most urgent first, at the pace of the network. docs/streaming.md has the policy.
 *
 * ```ts
 * const queue = new DownloadQueue();
 * const { done } = queue.load({ url: 'sofa.glb', bytes: 51200, priority: { class: CRITICAL_VISIBLE, utility: 0.2 } });
 * const bytes = await done; // Uint8Array(51200)
 * ```
 */
export class DownloadQueue {
  /** `change`: a resource entered another state. */
  readonly events = new Emitter<{ change: DownloadState }>();
  /** The history of each resource, for an inspector. */
  readonly log = new DownloadLog();
  /** Counts, errors, latencies and bytes of all requests, by origin and route. */
  readonly endpoints: EndpointMetrics;
  readonly #clock: Clock;
  readonly #origins: Origins;
  readonly #bandwidth = new BandwidthEstimate();
  readonly #network: NetworkLane;
  readonly #cacheLane: CacheLane | undefined;
  readonly #cache: ByteCache | undefined;
  readonly #hash: HashFunction;
  readonly #stopTimings: () => void;
  readonly #collector: Collector;
  readonly #typical = new TypicalSize();
  /** Running jobs, by what they load. */
  readonly #jobs = new Map<string, Job>();
  #lastOrigin = '';
  #shared = 0;
  #disposed = false;

  constructor(options: QueueOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    const base = options.base ?? globalThis.location?.href;
    this.#origins = new Origins(base, options.paths ?? browserPathMemory(), this.#bandwidth);
    this.endpoints = new EndpointMetrics(() => this.#clock.now(), base);
    this.#cache = options.cache;
    this.#hash = options.hash ?? sha256;
    const onChange = (job: Job) => this.#emit(job);
    this.#network = new NetworkLane({
      fetch: this.endpoints.watch(options.fetch ?? ((url, init) => fetch(url, init))),
      clock: this.#clock,
      random: options.random ?? Math.random,
      hash: this.#hash,
      connectivity: options.connectivity ?? browserConnectivity,
      origins: this.#origins,
      bandwidth: this.#bandwidth,
      stallMs: options.stallMs ?? 15_000,
      mirrorStallMs: options.mirrorStallMs ?? 5_000,
      onChange,
      onDone: (job, bytes, from) => this.#done(job, bytes, from),
      onFailed: (job, error) => this.#fail(job, error),
    });
    if (this.#cache) {
      this.#cacheLane = new CacheLane({
        cache: this.#cache,
        clock: this.#clock,
        hash: this.#hash,
        onChange,
        onHit: (job, bytes, from) => this.#done(job, bytes, from),
        onMiss: job => this.#network.add(job),
      });
    }
    this.#collector = new Collector(this.endpoints, this.#clock);
    this.collector = options.collector;
    this.#stopTimings = (options.timings ?? browserTimings)(({ url, protocol, roundTripMs }) => {
      const origin = this.#origins.of(url);
      if (protocol) origin.protocol = protocol;
      if (roundTripMs !== undefined) origin.roundTrip.sample(roundTripMs, this.#clock.now(), 'timed');
    });
  }

  /** `QueueOptions.collector`; may be changed at any time. What is left goes to the former one. */
  get collector(): string | undefined {
    return this.#collector.url;
  }

  set collector(url: string | undefined) {
    if (!this.#disposed) this.#collector.url = url;
  }

  /** Requests a resource. Never throws: an invalid request rejects `done`. */
  load(request: DownloadRequest): Download {
    let job: Job | undefined;
    const { waiter, done } = createWaiter(request, left => job && this.#leave(job, left, request.signal?.reason));
    try {
      if (this.#disposed) throw new DOMException('the queue is disposed', 'AbortError');
      request.signal?.throwIfAborted();
      checkPriority(request.priority);
      job = this.#join(request, waiter);
      // A listener of the first event may have aborted the request at once.
      if (request.signal?.aborted) this.#leave(job, waiter, request.signal.reason);
    } catch (error) {
      waiter.reject(error);
    }
    return {
      done,
      get url() {
        return job?.answeredBy;
      },
      get form() {
        return job?.kept;
      },
      get received() {
        return job?.received ?? 0;
      },
      setPriority: priority => {
        checkPriority(priority);
        waiter.priority = priority;
        if (job?.waiters.has(waiter) && job.rescore()) this.#rescored();
      },
      addMirrors: urls => {
        this.#origins.check(urls);
        if (job?.waiters.has(waiter)) job.addUrls(urls);
      },
    };
  }

  /**
   * Whether the bytes are on this device, so that loading them costs no network. A high texture then needs no low one first.
   * Asks the storage itself, not a ledger.
   * @param form - a form of them (`keep`) is as good.
   */
  async hasCached(hash: string, form?: string): Promise<boolean> {
    const has = (key: string) => this.#cacheLane?.has(key) ?? false;
    if (form && (await has(formKey(hash, form)))) return true;
    return has(hash);
  }

  /**
   * Keeps a form of a download in the cache in place of its bytes. Later requests that name the form get it. Never rejects: where it
   * cannot be kept, the bytes are.
   * @param bytes - become the cache's.
   */
  async keep(form: KeptForm, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const { keepForm } = await import('../cache/seal-form.ts');
      await keepForm(form, bytes, this.#cache, this.#hash);
    } catch {
      // Missing code, no memory for a copy, or a failing cache: the next visit makes the form again.
    }
  }

  /** Whether the bytes seem to be on this device, by the ledger of the cache alone. True may be wrong: the download finds out. */
  mayHaveCached(hash: string): boolean {
    return this.#cache?.mayHave(hash) ?? false;
  }

  /**
   * Says that somebody else keeps a connection to the origin of `url` open (a stream of events): over HTTP/1.1, downloads do without it.
   * @returns gives it back; twice is harmless.
   */
  reserve(url: string): () => void {
    const origin = this.#origins.of(url);
    origin.reserved++;
    let held = true;
    return () => {
      if (held) origin.reserved--;
      held = false;
    };
  }

  get stats(): QueueStats {
    const origin = this.#lastOrigin === '' ? undefined : this.#origins.of(this.#lastOrigin);
    const unwritten = this.#cache?.unwritten ?? 0;
    return { ...readStats(this.#network, this.#cacheLane, origin, this.#bandwidth), shared: this.#shared, unwritten };
  }

  /** Milliseconds of the clock that the log's times use. */
  get now(): number {
    return this.#clock.now();
  }

  /** All running downloads. */
  snapshot(): DownloadState[] {
    return [...this.#jobs.values()].map(stateOf);
  }

  /** Rejects all waiting requests with an AbortError and ends all transfers. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const reason = new DOMException('the queue is disposed', 'AbortError');
    for (const job of [...this.#jobs.values()]) this.#drop(job, reason);
    this.#network.dispose();
    this.#stopTimings();
    this.events.clear();
    this.#collector.url = undefined;
  }

  /** Adds the waiter to the job that loads the bytes, and creates the job where there is none. */
  #join(request: DownloadRequest, waiter: Waiter): Job {
    this.#origins.check([request.url, ...(request.mirrors ?? [])]);
    const running = this.#jobs.get(jobKey(request));
    const job = running ?? this.#create(request);
    if (running) {
      this.#shared++;
      running.addUrls([request.url, ...(request.mirrors ?? [])]);
    }
    job.waiters.add(waiter);
    if (running) {
      if (job.rescore()) this.#rescored();
    } else if (this.#cacheLane?.mayHave(job)) this.#cacheLane.add(job);
    else this.#network.add(job);
    return job;
  }

  #create(request: DownloadRequest): Job {
    const { url, bytes, maxBytes } = request;
    const job = new Job(request, new PartialBody(url, bytes, maxBytes), this.#clock.now(), this.#typical);
    this.#lastOrigin = url;
    this.#jobs.set(job.key, job);
    return job;
  }

  /** Removes one waiter. The others go on. */
  #leave(job: Job, waiter: Waiter, reason: unknown): void {
    if (!job.waiters.delete(waiter)) return;
    if (job.waiters.size === 0) this.#drop(job, reason);
    else if (job.rescore()) this.#rescored();
  }

  #rescored(): void {
    this.#network.rescored();
    this.#cacheLane?.rescored();
  }

  #done(job: Job, bytes: Uint8Array<ArrayBuffer>, from: BytesFrom): void {
    this.#jobs.delete(job.key);
    job.from = from;
    job.final = bytes.length;
    if (job.bytes === undefined && from !== 'memory') this.#typical.came(bytes.length);
    if (from === 'network' || from === 'mirror') this.#keep(job, bytes);
    this.#end(job, 'done');
    this.#origins.remember(this.#clock.now(), this.#jobs.size === 0);
    job.resolve(bytes);
  }

  /** Writes the bytes to the cache. Waiters get them even if that fails. */
  #keep({ hash, url }: Job, bytes: Uint8Array<ArrayBuffer>): void {
    if (hash === undefined || !this.#cache) return;
    try {
      this.#cache.put(hash, bytes.slice(), url);
    } catch {
      // No memory for a copy, or a failing cache: the next visit downloads it again.
    }
  }

  #fail(job: Job, error: LoadError): void {
    this.#jobs.delete(job.key);
    this.#end(job, 'failed', error.message);
    job.reject(error);
  }

  /** Ends a job that nobody waits for, or that must end. */
  #drop(job: Job, reason: unknown): void {
    // The job has just ended, and a listener of that event left.
    if (this.#jobs.get(job.key) !== job) return;
    this.#jobs.delete(job.key);
    this.#network.remove(job);
    this.#cacheLane?.remove(job);
    job.reject(reason);
    this.#end(job, 'aborted');
  }

  #end(job: Job, state: JobState, reason?: string): void {
    job.state = state;
    this.#emit(job, reason);
  }

  #emit(job: Job, reason?: string): void {
    const state = { ...stateOf(job), ...(reason === undefined ? {} : { reason }) };
    this.log.note(state, this.#clock.now());
    this.events.emit('change', state);
  }
}
