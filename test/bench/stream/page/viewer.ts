import type { RoomViewer } from '../../../../src/viewer/room-viewer.ts';
import { defineRoomViewer } from '../../../../src/viewer/room-viewer.ts';
import type { RunResult } from './page.ts';

/** The whole viewer: documents, queue, decoders, uploads and frames. Quality over time is not told: it draws, and is not asked. */
export async function visitByViewer(room: string, since: () => number): Promise<RunResult> {
  const viewer = openViewer(room);
  const interactiveMs = await new Promise<number>(resolve => viewer.addEventListener('interactive', () => resolve(since())));
  const completeMs = await new Promise<number>(resolve => viewer.addEventListener('complete', () => resolve(since())));
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

/** Opens the room and watches, frame by frame, which materials show a texture larger than any low one. */
export async function watchTextures(room: string, materials: number): Promise<ShownTextures> {
  const viewer = openViewer(room);
  let documentAt = 0;
  const high = new Map<string, number>();
  const low = new Set<string>();
  let interactiveMs = Number.NaN;
  viewer.addEventListener('interactive', () => {
    interactiveMs = performance.now() - documentAt;
  });
  const look = () => {
    if (documentAt === 0 && viewer.state !== 'opening' && viewer.state !== 'empty') documentAt = performance.now();
    viewer.scene?.traverse(object => {
      const material = (object as { material?: { uuid: string; map?: { image?: { width?: number } } | null } }).material;
      const map = material?.map;
      if (!material || !map) return;
      if ((map.image?.width ?? 0) <= 64) low.add(material.uuid);
      else if (!high.has(material.uuid)) high.set(material.uuid, performance.now() - documentAt);
    });
  };
  const end = performance.now() + 60_000;
  while (high.size < materials && performance.now() < end) {
    await new Promise(requestAnimationFrame);
    look();
  }
  return { highMs: [...high.values()], lowFirst: [...low].filter(id => high.has(id)).length, interactiveMs };
}

function openViewer(room: string): RoomViewer {
  defineRoomViewer();
  const viewer = document.createElement('room-viewer') as RoomViewer;
  viewer.style.cssText = 'position:fixed;inset:0';
  viewer.setAttribute('src', room);
  document.body.append(viewer);
  return viewer;
}
