/** Writes names into commands that people copy. */

/** What no shell reads as anything but itself. zsh replaces `=a` by the path of a command, PowerShell makes `a,b` a list. */
const PLAIN = /^[\p{L}\p{M}\p{N}_+:./\\-]+$/u;
/** What double quotes keep as it is, in POSIX shells and on Windows. */
const QUOTED = /^[^"$`\\!%]*$/;

/** Returns a name as one word of a command, for the shell of a platform. */
export function shellWord(name: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return PLAIN.test(name) ? name : `"${name}"`;
  if (PLAIN.test(name) && !name.includes('\\')) return name;
  return QUOTED.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;
}
