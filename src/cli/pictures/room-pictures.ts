/** Draws the poster and the preview picture of a room. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The size that link previews expect (og:image), and a third of it for lists. */
const POSTER = { width: 1200, height: 630 };
const PREVIEW = { width: 400, height: 210 };

/** Returns the names of the poster and the preview of a room. */
export function pictureNames(document: string): readonly [string, string] {
  const prefix = document === 'room.json' ? '' : `${document.replace(/\.json$/, '')}.`;
  return [`${prefix}poster.webp`, `${prefix}preview.webp`];
}

/**
 * Writes `poster.webp` and `preview.webp` beside a room, or `NAME.poster.webp` where the room's document is not `room.json`. The
 * viewer itself draws them in headless Chromium, so a poster looks like the first frame.
 *
 * @returns the paths of both.
 * @throws Error that says what is missing: the built site, Chromium, or playwright-core.
 */
export async function writePictures(folder: string, document: string, site: string, signal?: AbortSignal): Promise<string[]> {
  const { takeSnapshot } = await import('../../server/snapshots/take-snapshot.ts');
  const { default: sharp } = await import('sharp');
  const room = join(folder, document);
  const poster = await takeSnapshot({ room, ...POSTER, type: 'image/webp', site, signal });
  const preview = await sharp(poster).resize(PREVIEW.width, PREVIEW.height).webp({ quality: 80 }).toBuffer();
  const paths = pictureNames(document).map(name => join(folder, name));
  await writeFile(paths[0], poster);
  await writeFile(paths[1], preview);
  return paths;
}
