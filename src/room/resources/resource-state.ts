/**
 * Where a resource stands on its way from a document to the GPU.
 *
 *     known -> waiting -> loading -> decoded -> on-gpu
 *                 ^  \       |          |
 *                 |   \      v          v
 *                 +------- failed <-----+
 *
 * Everything goes back to `known` when its last user lets go of it, and a texture when the GPU's context is lost: its
 * bytes are on disk then, so it goes through the queue again and comes from there.
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

/** Whether a resource may go from one state to the other. */
export function mayBecome(from: ResourceState, to: ResourceState): boolean {
  return ways[from].includes(to);
}

/** Nothing more will happen to it by itself. */
export function isSettled(state: ResourceState): boolean {
  return state === 'on-gpu' || state === 'failed';
}
