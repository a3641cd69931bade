#!/usr/bin/env node
import { SHADER_USAGE, shaderCommand } from './cli-shader.ts';

/** `foyer WORD …`: what each word does, given the arguments behind it; the result is the exit code. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  shader: args => shaderCommand(args, { out: line => console.log(line), err: line => console.error(line) }),
};

const [word = '', ...rest] = process.argv.slice(2);
if (Object.hasOwn(commands, word)) process.exitCode = await commands[word](rest);
else {
  console.error(`foyer: ${word ? `there is no "${word}"` : 'a command is expected'}\n\n${SHADER_USAGE}`);
  process.exitCode = 2;
}
