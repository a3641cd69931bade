import { UnreadableModels } from '../../import/report/refused-models.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

/** Reports why a command failed: one line for each error. */
export function tellError(error: unknown, { err }: Terminal): void {
  const message = error instanceof Error ? error.message : String(error);
  const lines = error instanceof UnreadableModels ? message.split('\n') : [message];
  for (const line of lines) err(`foyer: ${printable(line)}`);
}
