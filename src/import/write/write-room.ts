import type { SourceRoom } from '../model/source-model.ts';
import type { RoomReport } from '../report/room-report.ts';
import { RoomWriter } from './room-writer.ts';
import type { WriteOptions } from './write-options.ts';

export { RoomWriter } from './room-writer.ts';

/** The share of the progress that light takes. */
const BAKING = 0.7;

/**
 * Writes a room in the format of docs/formats.md: `outDir/room.json` and `outDir/resources/`. Equal textures, meshes, skeletons,
 * clips and products are written once, by content. The same room gives the same bytes on every run.
 *
 * @param outDir - created where it is missing. Several rooms may share it under different `document` names; unreferenced
 * resources are deleted. When it fails, everything stays as it was.
 * @throws FormatError that names the product and the array where the source is invalid.
 *
 * ```ts
 * const report = await writeRoom(room, 'public/rooms/lounge', { cache: '.cache/import' });
 * report.bytes.mesh; // 1234567
 * ```
 */
export async function writeRoom(room: SourceRoom, outDir: string, options: WriteOptions = {}): Promise<RoomReport> {
  options.signal?.throwIfAborted();
  const writer = new RoomWriter(outDir, options);
  try {
    return await bakeAndWrite(room, writer, options);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** Writes a room with a writer that may have begun with its products, unless light is baked into them. */
export async function bakeAndWrite(room: SourceRoom, writer: RoomWriter, options: WriteOptions): Promise<RoomReport> {
  if (!options.bake) return writer.write(room);
  const { onProgress, signal } = options;
  const { bakeRoom } = await import('../bake/bake-room.ts');
  const step = onProgress && ((done: number) => onProgress({ done: done * BAKING, total: 1, what: 'light' }));
  const baking = bakeRoom(room, { ...options.bake, ...(step ? { onProgress: step } : {}), ...(signal ? { signal } : {}) });
  const { room: lit, report } = await baking.catch(async (error: unknown) => {
    await writer.abandon();
    throw error;
  });
  const after: WriteOptions['onProgress'] = ({ done, total, what }) =>
    onProgress?.({ done: BAKING + (1 - BAKING) * (done / total), total: 1, what });
  const written = await writer.write(lit, after);
  return { ...written, bake: report, warnings: [...report.warnings, ...written.warnings] };
}
