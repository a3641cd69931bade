import { fileURLToPath } from 'node:url';
import { FormatError } from '../core/errors.ts';
import { reasonOf } from './reason.ts';

/** Says in words why `foyer serve` cannot start. */
export function whyNotStarted(error: unknown): string {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  if (syscall === 'listen')
    switch (code) {
      case 'EADDRINUSE':
        return `port ${port} of ${address} is in use: stop what uses it, or name another (--port N, 0 for any free one)`;
      case 'EACCES':
        return `port ${port} needs more rights than this user has: name one from 1024 (--port N)`;
      case 'EADDRNOTAVAIL':
        return `this machine has no address ${address} (--host ADDRESS)`;
    }
  if (syscall === 'getaddrinfo')
    return `--host: ${(error as { readonly hostname?: string }).hostname} is no address of this machine`;
  if (error instanceof FormatError && error.url.startsWith('file:') && error.at === 'status')
    return `--room: ${fileURLToPath(error.url)} is no room that foyer wrote ("foyer import" and "foyer room" write one)`;
  return reasonOf(error);
}
