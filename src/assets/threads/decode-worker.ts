/// The worker's end of the decoder: jobs as they come, their answers handed over without a copy.
import { FormatError } from '../../core/errors.ts';
import { NeedsPageError } from '../textures/decode-texture.ts';
import { type DecodeJob, runDecodeJob, transferablesOf } from './decode-job.ts';
import type { DecodeAnswer, DecodeRequest } from './worker-messages.ts';

// The DOM's types know no worker's global scope; these two are all that is used of it.
declare const self: {
  onmessage: ((event: MessageEvent<DecodeRequest>) => void) | null;
  postMessage(message: DecodeAnswer, transfer: Transferable[]): void;
};

self.onmessage = ({ data }) => void answer(data.id, data.job);

async function answer(id: number, job: DecodeJob): Promise<void> {
  try {
    const asset = await runDecodeJob(job);
    self.postMessage({ id, asset }, transferablesOf(asset));
  } catch (error) {
    if (error instanceof NeedsPageError) {
      self.postMessage({ id, needsPage: true }, []);
      return;
    }
    const failure =
      error instanceof FormatError
        ? { reason: error.reason, at: error.at, value: error.value }
        : { reason: 'the decoder failed', at: undefined, value: String(error) };
    self.postMessage({ id, failure }, []);
  }
}

// Tells the pool that the worker has started: until then nothing is known of a policy that keeps it from running.
self.postMessage({ ready: true }, []);
