/** Writes the rooms of the benches. */

import { join } from 'node:path';
import type { SourceRoom } from '../../import/model/source-model.ts';
import type { RoomReport } from '../../import/report/room-report.ts';
import { writeRoom } from '../../import/write/write-room.ts';
import { crowdRoom } from './crowd-room.ts';
import { streamRoom } from './stream-room.ts';

/** Folder names of the rooms, inside the folder given to `writeBenchRooms`. */
export const benchRooms = { stream: 'bench-stream', crowd: 'bench-crowd' } as const;

/**
 * Writes the rooms of both benches: `bench-stream` and `bench-crowd` in `folder`. High textures are WebP only. KTX2 would take
 * minutes, and three's loader would need a transcoder that only ours has.
 *
 * @param only - writes just one of them.
 */
export async function writeBenchRooms(
  folder: string,
  { cache, only, onProgress }: { cache?: string; only?: keyof typeof benchRooms; onProgress?: (line: string) => void } = {},
): Promise<Partial<Record<keyof typeof benchRooms, RoomReport>>> {
  const reports: Partial<Record<keyof typeof benchRooms, RoomReport>> = {};
  const sources = { stream: async () => streamRoom(), crowd: () => crowdRoom() };
  for (const name of ['stream', 'crowd'] as const) {
    if (only && only !== name) continue;
    const out = join(folder, benchRooms[name]);
    onProgress?.(`making ${out}`);
    const room: SourceRoom = await sources[name]();
    reports[name] = await writeRoom(room, out, {
      ...(cache === undefined ? {} : { cache }),
      ktx2: false,
      levels: 2,
      // As a static room is written that is published. The bench of the queue counts files.
      bundles: name === 'crowd',
      onProgress: ({ done, total, what }) => {
        if (done % 20 === 0 || done === total) onProgress?.(`  ${done} / ${total} ${what}`);
      },
    });
  }
  return reports;
}
