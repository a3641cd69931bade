import type { MeetingHost } from '../meeting-host.ts';

/** A photo has twice the pixels of the picture in each direction, up to a limit that every GPU supports. */
const LARGER = 2;
const MOST = 4096;
/** The browser has read the file by then. */
const READ_MS = 60_000;

/** Saves a PNG that is larger than the window. @returns its size in pixels. */
export async function savePhoto(host: MeetingHost): Promise<{ readonly width: number; readonly height: number }> {
  const size = photoSize(host.clientWidth, host.clientHeight, devicePixelRatio || 1);
  const blob = await host.toBlob({ ...size, type: 'image/png' });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${fileName(host.session?.root.name ?? '')}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), READ_MS);
  return size;
}

/** `photoSize(640, 360, 1) // { width: 1280, height: 720 }` */
function photoSize(width: number, height: number, pixelRatio: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(LARGER * Math.max(1, pixelRatio), MOST / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** `fileName('The lounge: 2/3') // 'The lounge 2 3'` */
function fileName(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N} _-]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 80) || 'room'
  );
}
