#!/usr/bin/env node
import { systemClock } from '../core/clock.ts';
import { INTERRUPTED, Interruption } from '../node/interruption.ts';
import { causeInWords } from '../node/system-trouble.ts';
import type { Terminal } from './terminal.ts';

const terminal = {
  out: (line: string) => console.log(line),
  err: (line: string) => console.error(line),
  interactive: process.stderr.isTTY === true,
  clock: systemClock,
};

// A report that is lost is no success. A reader that has read enough, such as `head`, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  console.error(`foyer: the output cannot be written: ${causeInWords(error, 'write')}`);
  process.once('exit', code => {
    process.exitCode = code || 1;
  });
});

/** Runs a command that cleans up at Ctrl-C. Others end at once. */
async function interruptible(command: (terminal: Terminal) => Promise<number>): Promise<number> {
  const interruption = new Interruption();
  try {
    const code = await command({ ...terminal, signal: interruption.signal });
    if (code === INTERRUPTED) interruption.endProcess();
    return code;
  } finally {
    interruption.close();
  }
}

// Each command imports only what it needs: compiling a shader does not load the model readers.
const importer = () => import('./import/import.ts');
const shader = () => import('./shader/shader.ts');
const server = () => import('./serve.ts');
const photographer = () => import('./pictures/snapshot.ts');
const publisher = () => import('./publish.ts');

/** The commands of `foyer`. Each receives the arguments after its name and returns the exit code. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  import: args => interruptible(async until => (await importer()).importCommand(args, until)),
  room: args => interruptible(async until => (await importer()).roomCommand(args, until)),
  shader: async args => (await shader()).shaderCommand(args, terminal),
  serve: async args => (await server()).serveCommand(args, terminal),
  snapshot: args => interruptible(async until => (await photographer()).snapshotCommand(args, until)),
  publish: args => interruptible(async until => (await publisher()).publishCommand(args, until)),
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
