import { type Clock, systemClock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { MeshAsset } from '../meshes/mesh-asset.ts';
import type { AnimationAsset } from '../motion/animation-asset.ts';
import type { SkeletonAsset } from '../motion/skeleton-asset.ts';
import type { TextureSource } from '../textures/decode-texture.ts';
import type { TextureAsset } from '../textures/texture-asset.ts';
import type { DecodedKinds, DecodeJob, DecodeKind } from './decode-job.ts';
import { startWorker } from './start-worker.ts';
import { type WorkerLike, WorkerPool } from './worker-pool.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const KTX2 = 'image/ktx2';

/**
 * Bytes of resources to what the GPU and the animator take. Every call rejects with a `FormatError` where the bytes are not what
 * they should be, and at once with `signal.reason` when it is aborted, waiting or running. The bytes stay the caller's.
 */
export interface Decoder extends Disposable {
  mesh(bytes: Bytes, url: string, signal?: AbortSignal): Promise<MeshAsset>;
  skeleton(bytes: Bytes, url: string, signal?: AbortSignal): Promise<SkeletonAsset>;
  animation(bytes: Bytes, url: string, signal?: AbortSignal): Promise<AnimationAsset>;
  texture(bytes: Bytes, source: TextureSource, signal?: AbortSignal): Promise<TextureAsset>;
  /** Starts a worker that work will soon come for: it takes longer to start than a document to read. */
  prepare(): void;
  /** Starts the transcoder of KTX2 textures that will soon arrive. It takes three round trips and 260 KB. */
  prepareTranscoder(): void;
  /** Jobs that wait or run. */
  readonly pending: number;
  /** Where jobs run now: in workers, or in the page where workers are denied. */
  readonly mode: 'workers' | 'inline';
}

export interface DecoderOptions {
  /** Threads at most; 0 decodes in the page. Default: one fewer than the machine has, 1 to 3. */
  readonly workers?: number;
  /** Starts one worker; may throw where a policy denies it. */
  readonly createWorker?: () => WorkerLike;
  /** Decodes in the page. */
  readonly runInline?: <K extends DecodeKind>(job: DecodeJob<K>) => Promise<DecodedKinds[K]>;
  readonly clock?: Clock;
  /** No worker starts, and why. Default: one warning a page. */
  readonly onDenied?: (reason: string) => void;
}

/**
 * ```ts
 * const decoder = createDecoder();
 * const mesh = await decoder.mesh(bytes, 'resources/1f0c.glb', signal);
 * decoder.dispose(); // ends the workers; what still waits rejects with an AbortError
 * ```
 */
export function createDecoder(options: DecoderOptions = {}): Decoder {
  const pool = new WorkerPool({
    size: options.workers ?? defaultWorkers(),
    createWorker: options.createWorker ?? startWorker,
    runInline: options.runInline ?? runInPage,
    clock: options.clock ?? systemClock,
    onDenied: options.onDenied ?? warnOnce,
  });
  const texture: Decoder['texture'] = async (bytes, { url, type, maxSize }, signal) => {
    const transcoder = type === KTX2 ? (await import('../textures/transcoder-files.ts')).transcoderFiles : undefined;
    return pool.run({ kind: 'texture', bytes, url, type, maxSize, transcoder }, signal);
  };
  return {
    mesh: (bytes, url, signal) => pool.run({ kind: 'mesh', bytes, url, type: '' }, signal),
    skeleton: (bytes, url, signal) => pool.run({ kind: 'skeleton', bytes, url, type: '' }, signal),
    animation: (bytes, url, signal) => pool.run({ kind: 'animation', bytes, url, type: '' }, signal),
    texture,
    prepare: () => pool.prepare(),
    // A worker starts the transcoder before it looks into the file, and this one is none.
    prepareTranscoder: () => void texture(new Uint8Array(1), { url: KTX2, type: KTX2 }).catch(() => {}),
    get pending() {
      return pool.pending;
    },
    get mode() {
      return pool.mode;
    },
    dispose: () => pool.dispose(),
  };
}

/** The page itself needs one core; more than three threads only wait for each other on the machines that Foyer is for. */
function defaultWorkers(): number {
  return Math.min(3, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
}

let warned = false;

function warnOnce(reason: string): void {
  if (warned) return;
  warned = true;
  console.warn(
    `Foyer decodes on the page's own thread, because no worker starts (${reason || 'its script did not load'}). ` +
      'Copy the folder "assets" of the package beside your bundle, or allow the worker: docs/embedding.md.',
  );
}

// Loaded only where workers are denied: the page's first bundle holds no decoder.
async function runInPage<K extends DecodeKind>(job: DecodeJob<K>): Promise<DecodedKinds[K]> {
  return (await import('./decode-job.ts')).runDecodeJob(job);
}
