/** The command `foyer snapshot`. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { INTERRUPTED } from '../../node/interruption.ts';
import { argumentTrouble } from '../argument-trouble.ts';
import { builtSite } from '../package-root.ts';
import { reasonOf } from '../reason.ts';
import type { ServeTerminal } from '../serve.ts';

export const SNAPSHOT_USAGE = `foyer snapshot ROOM --out FILE   a picture of a room: URL of a live or static one, its room.json or folder (needs Chromium)
  --size 1200x630    device pixels, at most 2048x2048; 1200x630 where not given
  --site DIR         the built site, whose viewer draws; dist/site where not given
  The ending of FILE says the type: .png or .webp`;

/** Runs `foyer snapshot …`. @returns the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function snapshotCommand(args: readonly string[], { out, err, signal }: ServeTerminal): Promise<number> {
  const { parseSize } = await import('../../server/snapshots/picture-request.ts');
  const options = { size: { type: 'string', default: '1200x630' }, out: { type: 'string' }, site: { type: 'string' } } as const;
  const read = () => {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length !== 1) throw new Error('one room is expected');
    if (values.out === undefined) throw new Error('--out is expected');
    const ending = /\.(png|webp)$/i.exec(values.out)?.[1].toLowerCase();
    if (ending === undefined) throw new Error(`--out: a file .png or .webp is expected, got "${values.out}"`);
    const type = ending === 'png' ? ('image/png' as const) : ('image/webp' as const);
    return {
      room: positionals[0],
      ...parseSize(values.size),
      type,
      file: values.out,
      site: values.site ?? builtSite() ?? 'dist/site',
    };
  };
  let request: ReturnType<typeof read>;
  try {
    request = read();
  } catch (error) {
    err(`${SNAPSHOT_USAGE}\n\nfoyer snapshot: ${argumentTrouble(error)}`);
    return 2;
  }
  try {
    const { takeSnapshot } = await import('../../server/snapshots/take-snapshot.ts');
    const bytes = await takeSnapshot({ ...request, signal });
    await writeFile(request.file, bytes);
    out(`${request.file}: ${request.width}x${request.height}, ${bytes.byteLength} bytes`);
    return 0;
  } catch (error) {
    if (signal?.aborted) return INTERRUPTED;
    err(`foyer snapshot: ${reasonOf(error)}`);
    return 1;
  }
}
