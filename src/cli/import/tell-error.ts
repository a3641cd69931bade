import { RoomFileError } from '../../import/described-room/room-file-error.ts';
import { StrictError } from '../../import/report/refuse-warnings.ts';
import { UnreadableModels } from '../../import/report/refused-models.ts';
import { oneLine, printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

/** Reports why a command failed: one line for each error. */
export function tellError(error: unknown, { err }: Terminal): void {
  for (const line of linesOf(error)) err(`foyer: ${line}`);
}

/** Returns the lines of an error. Those that list several problems have a line for each. */
function linesOf(error: unknown): string[] {
  if (error instanceof UnreadableModels) return [...error.errors.map(({ message }) => message), error.why].map(oneLine);
  if (error instanceof StrictError) return [[error.summary, ...error.warnings].map(oneLine).join('\n')];
  const message = error instanceof Error ? error.message : String(error);
  return [error instanceof RoomFileError ? printable(message) : oneLine(message)];
}
