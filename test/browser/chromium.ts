import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright';

/** WebGL in software, so that pictures are the same on every machine; nothing that calls home. */
const launchArguments = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--disable-background-networking',
  '--force-color-profile=srgb',
];

/** @param more - flags of Chromium, for instance to refuse WebGL. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = await findChromium();
  return chromium.launch({ executablePath, args: [...launchArguments, ...more] });
}

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
let found: string | undefined;

/**
 * A Chromium that starts: `CHROMIUM_PATH`, Playwright's own, the system's; else what `npx playwright install chromium` brings,
 * else, as root on a Debian, `apt-get install chromium`.
 */
export async function findChromium(): Promise<string> {
  found ??= process.env.CHROMIUM_PATH ? given(process.env.CHROMIUM_PATH) : (present() ?? installed());
  return found;
}

function given(path: string): string {
  if (!starts(path)) throw new Error(`CHROMIUM_PATH names no Chromium that starts: ${path}`);
  return path;
}

function present(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const system = systemNames.flatMap(name => folders.map(folder => join(folder, name)));
  return [chromium.executablePath(), ...system].find(path => existsSync(path) && starts(path));
}

function installed(): string {
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  const ways: (readonly string[])[] = [['npx', 'playwright', 'install', 'chromium']];
  if (isDebianRoot)
    ways.push(['apt-get', 'update', '-qq'], ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  for (const [command, ...rest] of ways) {
    console.log(`No Chromium found; trying: ${[command, ...rest].join(' ')}`);
    try {
      execFileSync(command, rest, { stdio: 'inherit', timeout: 300_000 });
    } catch {
      continue;
    }
    const path = present();
    if (path) return path;
  }
  throw new Error(
    'The browser tests need Chromium, and none could be found or installed. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to its executable.',
  );
}

function starts(path: string): boolean {
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
