import { systemTrouble } from '../node/system-trouble.ts';
import { printable } from './printable.ts';

/**
 * Returns why a command failed, in words: the cause of a file's error and of a request without an answer; else the error's message, which a
 * server may have written, without control characters.
 */
export function reasonOf(error: unknown): string {
  const { message, syscall, path, cause } = error as NodeJS.ErrnoException;
  if (error instanceof TypeError && message === 'fetch failed') return `there is no answer (${causeOf(cause)})`;
  const trouble = systemTrouble(error, syscall === 'mkdir' || syscall === 'write' ? 'write' : 'read');
  return printable(path === undefined || trouble === undefined ? message : `${path}: ${trouble}`);
}

/** Node tries all addresses of a name, and an error for several of them has no message. */
function causeOf(cause: unknown): string {
  const { message, code } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return message || code || 'no reason told';
}
