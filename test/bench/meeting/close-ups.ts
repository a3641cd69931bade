/**
 * `npx tsx test/bench/meeting/close-ups.ts OUT.webp [--site dist/site] [--names Mira,Theo]`: a sheet of the lounge's guests from 0.6 m, each from
 * the front, from the side and from behind, as the viewer draws them.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { launchChromium } from '../../browser/chromium.ts';
import { LiveServer } from '../../browser/live-server.ts';
import { ViewerPage } from '../../browser/viewer-page.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    site: { type: 'string', default: 'dist/site' },
    names: { type: 'string', default: '' },
    size: { type: 'string', default: '320' },
    drop: { type: 'string', default: '0.06' },
  },
});
const SIZE = Number(values.size);
const DISTANCE = 0.6;

const server = await LiveServer.start([], resolve(values.site));
const browser = await launchChromium();
try {
  const viewer = await ViewerPage.open(browser, await server.page('&quality=high'), { viewport: { width: SIZE, height: SIZE } });
  await viewer.page.evaluate(() => document.querySelector('room-viewer')?.setAttribute('live', 'off'));
  await viewer.page.evaluate(() => document.querySelector('room-viewer')?.removeAttribute('controls'));
  await viewer.reach('complete', 240_000);
  const all = await viewer.ask(v => (v.session?.avatars ?? []).map(({ info }) => info.name));
  const wanted = values.names === '' ? all : values.names.split(',');
  const shots: Buffer[] = [];
  for (const name of wanted) {
    for (const turn of [0, 90, 180]) {
      const url = await viewer.page.evaluate(
        async ({ name, turn, distance, drop, size }) => {
          const element = document.querySelector('room-viewer');
          const avatar = element?.session?.avatar(name);
          if (!element || !avatar) return '';
          element.renderAt(1.5);
          const m = avatar.group.matrix.elements;
          const box = avatar.box.max.y;
          const joint = avatar.avatar?.skeleton.humanoid.get('head') ?? 0;
          const w = avatar.avatar?.world ?? [];
          const at = [0, 1, 2].map(
            k => m[k] * w[joint * 16 + 12] + m[4 + k] * w[joint * 16 + 13] + m[8 + k] * w[joint * 16 + 14] + m[12 + k],
          );
          const target = [at[0], (at[1] + Math.min(box, at[1] + 0.25)) / 2 - drop, at[2]] as const;
          const angle = Math.atan2(m[8], m[10]) + (turn * Math.PI) / 180;
          const position = [
            target[0] + distance * Math.sin(angle),
            target[1] + 0.02,
            target[2] + distance * Math.cos(angle),
          ] as const;
          element.lookFrom({ position: [...position], target: [...target] }, { jump: true });
          element.renderAt(1.5);
          const blob = await element.toBlob({ width: size, height: size, type: 'image/png' });
          return new Promise<string>(done => {
            const reader = new FileReader();
            reader.onload = () => done(String(reader.result));
            reader.readAsDataURL(blob);
          });
        },
        { name, turn, distance: DISTANCE, drop: Number(values.drop), size: SIZE },
      );
      shots.push(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
    }
  }
  const columns = Math.min(6, shots.length);
  const sheet = sharp({
    create: { width: columns * SIZE, height: Math.ceil(shots.length / columns) * SIZE, channels: 3, background: 'black' },
  }).composite(shots.map((input, i) => ({ input, left: (i % columns) * SIZE, top: Math.floor(i / columns) * SIZE })));
  await writeFile(positionals[0], await sheet.webp({ quality: 70 }).toBuffer());
} finally {
  await browser.close();
  await server.stop();
}
