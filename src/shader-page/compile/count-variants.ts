import type { CountRequest, VariantCount } from './variant-count.ts';

/**
 * Compiles all variants in a separate worker.
 *
 * @throws the worker's error, or `signal.reason` when aborted
 */
export function countVariants(request: CountRequest, signal: AbortSignal): Promise<VariantCount[]> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./count-worker.ts', import.meta.url), { type: 'module' });
    const end = () => {
      worker.terminate();
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort);
    worker.onmessage = ({ data }: MessageEvent<VariantCount[]>) => {
      end();
      resolve(data);
    };
    worker.onerror = event => {
      end();
      reject(new Error(event.message || 'the compiler could not be loaded'));
    };
    worker.postMessage(request);
  });
}
