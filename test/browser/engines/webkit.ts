import { type ChildProcess, spawn } from 'node:child_process';
import type { DrivenBrowser } from './driven-browser.ts';
import { findProgram, freePort } from './find-program.ts';
import { keyPress } from './key-press.ts';
import { openScreen } from './screen.ts';

/** What WebKitGTK needs here; undefined where all of it is there. */
export function lackingForWebKit(): string | undefined {
  return ['WebKitWebDriver', 'Xvfb'].find(name => !findProgram(name));
}

/** WebKitGTK's MiniBrowser on a screen of its own (Xvfb), through WebDriver. It does not tell of its console. */
export async function launchWebKit(): Promise<DrivenBrowser> {
  const screen = await openScreen(0);
  const children: ChildProcess[] = [];
  const end = async () => {
    for (const child of children.reverse()) {
      child.kill();
      if (child.exitCode === null) await new Promise(resolve => child.once('exit', resolve));
    }
    await screen.close();
  };
  try {
    const port = await freePort();
    const env = { ...process.env, ...screen.env, WEBKIT_DISABLE_DMABUF_RENDERER: '1' };
    children.push(spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore', env }));
    const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
      const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
      if (!response.ok) throw new Error(`WebKit: ${value.error}: ${value.message}`);
      return value;
    };
    const { sessionId } = await startSession(ask);
    const at = `/session/${sessionId}`;
    await ask('POST', `${at}/timeouts`, { script: 60_000 });
    await ask('POST', `${at}/window/rect`, { width: 640, height: 480 });
    return {
      name: 'WebKitGTK',
      problems: undefined,
      open: async url => void (await ask('POST', `${at}/url`, { url })),
      async evaluate<T>(expression: string) {
        const script = `const done = arguments[arguments.length - 1];
          (async () => JSON.stringify(await (${expression})) ?? 'null')().then(json => done({ json }), error => done({ error: String(error) }));`;
        const { json, error } = await ask<{ json?: string; error?: string }>('POST', `${at}/execute/async`, { script, args: [] });
        if (json === undefined) throw new Error(`${expression}: ${error}`);
        return JSON.parse(json) as T;
      },
      async press(value) {
        await ask('POST', `${at}/actions`, { actions: keyPress(value) });
      },
      screenshot: async () => Buffer.from(await ask<string>('GET', `${at}/screenshot`), 'base64'),
      async close() {
        await ask('DELETE', at).catch(() => {});
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The driver listens a moment after it starts. */
async function startSession(
  ask: (method: string, path: string, body: object) => Promise<{ sessionId: string }>,
): Promise<{ sessionId: string }> {
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { args: ['--automation'] } } };
  const until = performance.now() + 20_000;
  for (;;) {
    try {
      return await ask('POST', '/session', { capabilities });
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  }
}
