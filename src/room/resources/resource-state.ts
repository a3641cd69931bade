/**
 * The states of a resource between its document and the GPU.
 *
 *     known -> waiting -> loading -> decoded -> on-gpu
 *                 ^  \       |          |
 *                 |   \      v          v
 *                 +------- failed <-----+
 *
 * A resource returns to `known` when its last user releases it, and a texture when the WebGL context is lost. Its bytes are usually on
 * disk then, and the queue loads them from there.
 */
export type ResourceState = 'known' | 'waiting' | 'loading' | 'decoded' | 'on-gpu' | 'failed';

const ways: Readonly<Record<ResourceState, readonly ResourceState[]>> = {
  known: ['waiting'],
  waiting: ['loading', 'failed', 'known'],
  loading: ['decoded', 'failed', 'known'],
  decoded: ['on-gpu', 'failed', 'known'],
  'on-gpu': ['known'],
  failed: ['waiting', 'known'],
};

/** Whether a transition between two states is allowed. */
export function mayBecome(from: ResourceState, to: ResourceState): boolean {
  return ways[from].includes(to);
}

/** Whether a state is final until somebody acts. */
export function isSettled(state: ResourceState): boolean {
  return state === 'on-gpu' || state === 'failed';
}
