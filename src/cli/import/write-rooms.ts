/** Writes rooms that people described, and says what became of them: `foyer room`. */
import { basename } from 'node:path';
import type { ReadModel } from '../../import/reading/read-model.ts';
import type { RoomReport } from '../../import/report/room-report.ts';
import { warningsOfModels } from '../../import/report/warnings.ts';
import { roomLines } from './import-report.ts';
import type { Work } from './work.ts';

export const writeRooms: Work = async (files, out, options, read) => {
  const { readRoomDescription } = await import('../../import/described-room/read-room-description.ts');
  const { encodingCache } = await import('../../import/write/cache/encoding-cache.ts');
  const { EarlyTextures } = await import('../../import/write/early-textures.ts');
  const { orAborted } = await import('../../import/or-aborted.ts');
  const { MAX_TEXTURE } = await import('../../import/picture/texture-size.ts');
  const { writeRoom } = await import('../../import/write/write-room.ts');
  // Reads all files before writing the first, so that an error in the last one leaves nothing behind.
  const names = files.map(file => basename(file));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new Error(`two rooms are called "${twice}": each becomes a file of that name in ${out}`);
  const rooms: ({ file: string } & Awaited<ReturnType<typeof readRoomDescription>>)[] = [];
  const troubles: string[] = [];
  const encodings = encodingCache(options.cache, trouble => troubles.push(`warning: ${trouble}`));
  const early = new EarlyTextures({ ktx2: options.ktx2 ?? true, maxSize: MAX_TEXTURE }, encodings);
  const once = memo(async (model, from) => {
    await orAborted(early.ready(), options.signal);
    return early.take(await read(model, from));
  });
  const reports: RoomReport[] = [];
  try {
    for (const file of files) rooms.push({ file, ...(await readRoomDescription(file, once, options)) });
    if (options.strict) {
      const { refuseWarnings } = await import('../../import/report/refuse-warnings.ts');
      refuseWarnings(new Set(rooms.flatMap(r => [...r.models.values()])));
    }
    options.threads?.expect(new Set(rooms.flatMap(r => [...r.models.values()])).size);
    for (const { file, room } of rooms)
      reports.push(
        await writeRoom(room, out, { ...options, encodings, document: rooms.length === 1 ? 'room.json' : basename(file) }),
      );
  } catch (error) {
    early.close();
    throw error;
  }
  const models = new Set(rooms.flatMap(r => [...r.models.values()]));
  const warnings = warningsOfModels(models).map(w => `warning: ${w}`);
  const before = rooms.map(r => [...r.models.values()].reduce((sum, m) => sum + m.bytes, 0));
  const lines = [...warnings, ...troubles, ...reports.flatMap((r, i) => roomLines(r, before[i]))];
  const told = [...models].map(({ name, bytes, warnings }) => ({ name, bytes, warnings }));
  return { told: { json: { rooms: reports, models: told }, lines }, documents: reports.map(r => r.document) };
};

/** Reads each model once for all rooms that share it, and once more for those in which others of its textures move. */
function memo(read: ReadModel): ReadModel {
  const known = new Map<string, ReturnType<ReadModel>>();
  return (path, options) => {
    const key = JSON.stringify([path, [...(options?.moving ?? [])].sort()]);
    let model = known.get(key);
    if (!model) known.set(key, (model = read(path, options)));
    return model;
  };
}
