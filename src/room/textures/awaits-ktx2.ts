import { HIGH } from '../../net/queue/priority.ts';
import type { RoomResource } from '../resources/room-resource.ts';

/** Whether a KTX2 texture is under way that only makes the room sharper. The cache has it in no form, so the transcoder will be needed. */
export function awaitsKtx2(resources: Iterable<RoomResource>): boolean {
  for (const { info, state, priority } of resources)
    if (info.type === 'image/ktx2' && state === 'waiting' && priority.class >= HIGH) return true;
  return false;
}
