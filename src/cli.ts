#!/usr/bin/env node
import { IMPORT_USAGE, importCommand, roomCommand } from './cli-import.ts';
import { SHADER_USAGE, shaderCommand } from './cli-shader.ts';
import { systemClock } from './core/clock.ts';

const terminal = {
  out: (line: string) => console.log(line),
  err: (line: string) => console.error(line),
  interactive: process.stderr.isTTY === true,
  clock: systemClock,
};

/** `foyer WORD …`: what each word does, given the arguments behind it; the result is the exit code. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  import: args => importCommand(args, terminal),
  room: args => roomCommand(args, terminal),
  shader: args => shaderCommand(args, terminal),
};

const [word = '', ...rest] = process.argv.slice(2);
if (Object.hasOwn(commands, word)) process.exitCode = await commands[word](rest);
else {
  console.error(`foyer: ${word ? `there is no "${word}"` : 'a command is expected'}\n\n${IMPORT_USAGE}\n\n${SHADER_USAGE}`);
  process.exitCode = 2;
}
