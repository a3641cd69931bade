/** Starts the server of a framework, with rooms beside it on one origin. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveFiles } from '../browser/file-server.ts';

export interface FrameworkServer {
  /** Ends with a slash. */
  readonly url: string;
  /** The same files at another origin that allows cross-origin requests. */
  readonly cdn: string;
  /** What the server wrote to its console. */
  readonly said: () => string;
  close(): Promise<void>;
}

/** A command that serves the app on the port that follows it, or that `PORT` names. */
export interface Command {
  readonly command: readonly string[];
  readonly cwd: string;
}

/**
 * Opens two origins that forward to a server, and starts it.
 * @param prepare - builds what the server serves; told the URL of the other origin. @returns the server's environment.
 */
export async function startFramework(
  { command: [program, ...args], cwd }: Command,
  rooms: string,
  prepare: (cdn: string) => NodeJS.ProcessEnv,
): Promise<FrameworkServer> {
  const port = await freePort();
  const files = await serveFiles({ '/rooms-test/': rooms });
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const target = incoming.url?.startsWith('/rooms-test/') ? files.url : `http://127.0.0.1:${port}/`;
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'access-control-allow-origin': '*' });
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  };
  const origins = [createServer(forward), createServer(forward)];
  const [url, cdn] = await Promise.all(
    origins.map(async origin => {
      await new Promise<void>(resolve => origin.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(origin.address() as AddressInfo).port}/`;
    }),
  );
  let own: ChildProcess | undefined;
  let said = '';
  const close = async () => {
    own?.kill();
    for (const origin of origins) {
      origin.closeAllConnections();
      origin.close();
    }
    await files.close();
  };
  try {
    own = spawn(program, [...args, String(port)], {
      cwd,
      stdio: 'pipe',
      env: { ...prepare(cdn), HOST: '127.0.0.1', PORT: String(port) },
    });
    const listen = (chunk: Buffer) => {
      said += chunk;
    };
    own.stdout?.on('data', listen);
    own.stderr?.on('data', listen);
    for (let tries = 0; tries < 300; tries++) {
      const { status } = await fetch(`${url}app`).catch(() => ({ status: 502 }));
      if (status < 500) return { url, cdn, said: () => said, close };
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    throw new Error(`${program} ${args.join(' ')} answers nothing after a minute:\n${said}`);
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise(resolve => probe.close(resolve));
  return port;
}
