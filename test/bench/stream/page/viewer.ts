import type { LowToHighTexture } from '../../../../src/room/textures/low-to-high-texture.ts';
import type { RoomViewer } from '../../../../src/viewer/element/room-viewer.ts';
import { defineRoomViewer } from '../../../../src/viewer/element/room-viewer.ts';
import type { RunResult } from './page.ts';

/** The whole viewer: documents, queue, decoders, uploads and frames. Quality over time is not told: it draws, and is not asked. */
export async function visitByViewer(room: string, since: () => number): Promise<RunResult> {
  const viewer = openViewer(room);
  // Both at once: where nothing is left to come, one event follows the other before an await goes on.
  const [interactiveMs, completeMs] = await Promise.all(
    (['interactive', 'complete'] as const).map(
      state => new Promise<number>(resolve => viewer.addEventListener(state, () => resolve(since()), { once: true })),
    ),
  );
  return { interactiveMs, completeMs, unseenMs: Number.NaN, missing: viewer.metrics.failed.length };
}

/** When textures were shown, ms after the room's document had come. */
export interface ShownTextures {
  /** Of each material that shows its high texture at the end. */
  readonly highMs: readonly number[];
  /** Materials that showed another before. */
  readonly lowFirst: number;
  readonly interactiveMs: number;
}

/** Opens the room and looks, frame by frame, which materials show their high texture. */
export async function watchTextures(room: string, materials: number): Promise<ShownTextures> {
  const viewer = openViewer(room);
  let documentAt = 0;
  const high = new Map<LowToHighTexture, number>();
  const low = new Set<LowToHighTexture>();
  let interactiveMs = Number.NaN;
  viewer.addEventListener('interactive', () => {
    interactiveMs = performance.now() - documentAt;
  });
  const end = performance.now() + 60_000;
  while (high.size < materials && performance.now() < end) {
    await new Promise(requestAnimationFrame);
    const { session } = viewer;
    if (!session || viewer.state === 'opening') continue;
    const now = performance.now();
    if (documentAt === 0) documentAt = now;
    for (const placed of [...session.furniture, ...session.avatars])
      placed.eachProduct(({ textures }) => {
        for (const slot of textures.values()) {
          if (slot.shown === null) continue;
          if (slot.shown !== slot.high?.value) low.add(slot);
          else if (!high.has(slot)) high.set(slot, now - documentAt);
        }
      });
  }
  return {
    highMs: [...high.values()].sort((x, y) => x - y),
    lowFirst: [...low].filter(slot => high.has(slot)).length,
    interactiveMs,
  };
}

function openViewer(room: string): RoomViewer {
  defineRoomViewer();
  const viewer = document.createElement('room-viewer') as RoomViewer;
  viewer.style.cssText = 'position:fixed;inset:0';
  viewer.setAttribute('src', room);
  document.body.append(viewer);
  return viewer;
}
