import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { DrivenBrowser } from './driven-browser.ts';
import { findProgram, freePort } from './find-program.ts';
import { keyPress } from './key-press.ts';
import { openScreen } from './screen.ts';

const findFirefox = (): string | undefined => findProgram('firefox-esr', 'firefox');

/** What Firefox needs here; undefined where all of it is there. Without a screen it has no WebGL. */
export function lackingForFirefox(): string | undefined {
  if (!findFirefox()) return 'firefox-esr';
  return findProgram('Xvfb') ? undefined : 'Xvfb';
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly method?: string;
  readonly params?: {
    readonly level?: string;
    readonly text?: string | null;
    readonly stackTrace?: { readonly callFrames: readonly { readonly url: string }[] };
  };
}

/** Firefox on a screen of its own (Xvfb), through WebDriver BiDi. @throws Error where it does not start within 40 s. */
export async function launchFirefox(): Promise<DrivenBrowser> {
  const program = findFirefox();
  if (!program) throw new Error('no firefox');
  const profile = mkdtempSync(join(tmpdir(), 'foyer-firefox-'));
  // Software WebGL as in the other browsers, and nothing that calls home.
  const preferences = {
    'webgl.force-enabled': true,
    'webgl.out-of-process': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'app.update.enabled': false,
  };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const port = await freePort();
  const screen = await openScreen(1);
  const child = spawn(program, ['--no-remote', '--profile', profile, `--remote-debugging-port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, ...screen.env },
  });
  const end = async () => {
    child.kill();
    await new Promise(resolve => child.once('exit', resolve));
    await screen.close();
    rmSync(profile, { recursive: true, force: true });
  };
  try {
    const socket = await connect(`ws://127.0.0.1:${port}/session`);
    const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
    const problems: string[] = [];
    socket.on('message', data => {
      const { id, result, error, message, method, params } = JSON.parse(String(data)) as Answer;
      // Firefox's own code (its sidebar, written with Lit) logs here too.
      const ofBrowser = params?.stackTrace?.callFrames.some(({ url }) => /^(resource|chrome|moz-)/.test(url));
      if (method === 'log.entryAdded' && !ofBrowser && ['error', 'warn'].includes(params?.level ?? ''))
        problems.push(params?.text ?? '');
      const waiter = waiting.get(id ?? -1);
      if (error) waiter?.reject(new Error(`${error}: ${message}`));
      else waiter?.resolve(result as never);
    });
    let next = 0;
    const send = <T>(method: string, params: object): Promise<T> => {
      const id = ++next;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise<T>((resolve, reject) => waiting.set(id, { resolve: resolve as never, reject }));
    };
    await send('session.new', { capabilities: {} });
    const { context } = await send<{ context: string }>('browsingContext.create', { type: 'tab' });
    // Of this tab only: the browser's own windows log too.
    await send('session.subscribe', { events: ['log.entryAdded'], contexts: [context] });
    await send('browsingContext.setViewport', { context, viewport: { width: 640, height: 400 } });
    return {
      name: 'Firefox',
      problems,
      open: async url => void (await send('browsingContext.navigate', { context, url, wait: 'complete' })),
      async evaluate<T>(expression: string) {
        const answer = await send<{ type: string; result?: { value: string }; exceptionDetails?: { text: string } }>(
          'script.evaluate',
          {
            expression: `(async () => JSON.stringify(await (${expression})) ?? 'null')()`,
            target: { context },
            awaitPromise: true,
          },
        );
        if (!answer.result) throw new Error(`${expression}: ${answer.exceptionDetails?.text}`);
        return JSON.parse(answer.result.value) as T;
      },
      async press(value) {
        await send('input.performActions', { context, actions: keyPress(value) });
      },
      async screenshot() {
        const { data } = await send<{ data: string }>('browsingContext.captureScreenshot', { context });
        return Buffer.from(data, 'base64');
      },
      async close() {
        socket.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Firefox opens the port a while after it starts. */
async function connect(url: string): Promise<WebSocket> {
  const until = performance.now() + 40_000;
  for (;;) {
    const socket = new WebSocket(url);
    const opened = await new Promise<boolean>(resolve => {
      socket.once('open', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (opened) return socket;
    if (performance.now() > until) throw new Error(`Firefox does not listen at ${url}`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
