#!/usr/bin/env node
import { systemClock } from '../core/clock.ts';

// A command that goes on until Ctrl-C ends by this signal. Others end at once, as without it.
const interrupted = new AbortController();
if (process.argv.includes('--watch'))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());

const terminal = {
  out: (line: string) => console.log(line),
  err: (line: string) => console.error(line),
  interactive: process.stderr.isTTY === true,
  clock: systemClock,
  signal: interrupted.signal,
};

// Each command imports only what it needs: compiling a shader does not load the model readers.
const importer = () => import('./import.ts');
const shader = () => import('./shader/shader.ts');
const server = () => import('./serve.ts');
const photographer = () => import('./pictures/snapshot.ts');
const publisher = () => import('./publish.ts');

/** The commands of `foyer`. Each receives the arguments after its name and returns the exit code. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  import: async args => (await importer()).importCommand(args, terminal),
  room: async args => (await importer()).roomCommand(args, terminal),
  shader: async args => (await shader()).shaderCommand(args, terminal),
  serve: async args => (await server()).serveCommand(args, terminal),
  snapshot: async args => (await photographer()).snapshotCommand(args, terminal),
  publish: async args => (await publisher()).publishCommand(args, terminal),
  token: async args => (await publisher()).tokenCommand(args, terminal),
};

const [word = '', ...rest] = process.argv.slice(2);
const help = word === 'help' || process.argv.some(argument => argument === '--help' || argument === '-h');
if (word === '--version' || word === '-v') console.log((await import('./version.ts')).readVersion());
else if (!help && Object.hasOwn(commands, word)) process.exitCode = await commands[word](rest);
else {
  const { IMPORT_USAGE } = await importer();
  const { SHADER_USAGE } = await shader();
  const { SERVE_USAGE } = await server();
  const { PUBLISH_USAGE } = await publisher();
  const { SNAPSHOT_USAGE } = await photographer();
  const usage = `${IMPORT_USAGE}\n\n${SHADER_USAGE}\n\n${SERVE_USAGE}\n\n${PUBLISH_USAGE}\n\n${SNAPSHOT_USAGE}`;
  if (help) console.log(usage);
  else {
    // The last line is the one that matters.
    console.error(`${usage}\n\nfoyer: ${word ? `there is no "${word}"` : 'a command is expected'}`);
    process.exitCode = 2;
  }
}
