/** The commands `foyer publish` and `foyer token`. */

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { counted } from '../core/counted.ts';
import { INTERRUPTED } from '../node/interruption.ts';
import { argumentTrouble } from './argument-trouble.ts';
import { printable } from './printable.ts';
import { reasonOf } from './reason.ts';
import type { ServeTerminal } from './serve.ts';

export const PUBLISH_USAGE = `foyer publish ROOM --to URL --token T   an imported room goes to a server: the files that it lacks, then the documents
  ROOM is a folder or its room.json
  --name NAME        last part of the room's URL; the folder's name where not given
  --json             the report as JSON

foyer token --secret-file FILE    prints a token for a server with that secret (or --data DIR, for its own)
  --name NAME --role ROLE   guest, member, editor or moderator; editor where not given
  --room URL         the role in this room alone`;

/** Runs `foyer publish …`. @returns the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function publishCommand(args: readonly string[], { out, err, signal }: ServeTerminal): Promise<number> {
  const options = {
    to: { type: 'string' },
    token: { type: 'string' },
    name: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const read = () => parseArgs({ args: [...args], options, allowPositionals: true });
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read();
    if (parsed.positionals.length !== 1) throw new Error('one room is expected');
    if (parsed.values.to === undefined || parsed.values.token === undefined) throw new Error('--to and --token are expected');
    if (!/^https?:\/\//.test(parsed.values.to) || !URL.canParse(parsed.values.to))
      throw new Error(`--to: an http or https URL is expected, got "${parsed.values.to}"`);
    if (parsed.values.name === '') throw new Error('--name: a name is expected, got ""');
    // The token itself is a secret, and is not shown.
    if (!/^[!-~]+$/.test(parsed.values.token))
      throw new Error('--token: one word is expected ("npm run" prints lines of its own without --silent)');
  } catch (error) {
    err(`${PUBLISH_USAGE}\n\nfoyer publish: ${argumentTrouble(error)}`);
    return 2;
  }
  const { to = '', token = '', name, json } = parsed.values;
  try {
    const { publishFolder } = await import('../server/publish/publish-folder.ts');
    const report = await publishFolder({
      room: parsed.positionals[0],
      to,
      token,
      signal,
      ...(name === undefined ? {} : { name }),
    });
    const sent = report.changed
      ? `${counted(report.resources, 'file')}, ${counted(report.bytes, 'byte')} sent`
      : 'nothing to send';
    out(json ? JSON.stringify(report) : printable(`${report.room}: ${sent}`));
    return 0;
  } catch (error) {
    if (signal?.aborted) return INTERRUPTED;
    err(`foyer publish: ${reasonOf(error)}`);
    return 1;
  }
}

/** Runs `foyer token …`; exit codes as above. */
export async function tokenCommand(args: readonly string[], { out, err }: ServeTerminal): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'secret-file': { type: 'string' },
        data: { type: 'string', default: './foyer-data' },
        name: { type: 'string', default: 'Editor' },
        role: { type: 'string', default: 'editor' },
        room: { type: 'string' },
      },
    });
    const [{ Tokens }, { roles }, { trimmed }] = await Promise.all([
      import('../server/rights/tokens.ts'),
      import('../server/rights/user.ts'),
      import('../server/start.ts'),
    ]);
    const role = roles.find(each => each === values.role);
    if (role === undefined) throw new Error(`--role: one of ${roles.join(', ')} is expected, got "${values.role}"`);
    if (values['secret-file'] === undefined && !existsSync(`${values.data}/secret`))
      throw new Error(`there is no secret in ${values.data}: start foyer serve there once, or name its --data or --secret-file`);
    const secret = trimmed(values['secret-file'] ?? `${values.data}/secret`);
    const tokens = new Tokens({ secret, now: Date.now, roomOf: () => undefined });
    const user = { id: `token-${values.name}`, name: values.name };
    out(
      await tokens.sign(
        values.room === undefined ? { ...user, role } : { ...user, role: 'member', rooms: { [values.room]: role } },
      ),
    );
    return 0;
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).path !== undefined;
    err(`${PUBLISH_USAGE}\n\nfoyer token: ${isFile ? reasonOf(error) : argumentTrouble(error)}`);
    return 2;
  }
}
