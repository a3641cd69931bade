/** The public API as text: what `foyer` and `foyer/three` export, with every signature (API Extractor over tsc's declarations). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const root = resolve(import.meta.dirname, '../..');
const work = join(root, 'dist/api-report');

/** Entry points, and the file in docs/api that holds the report of each. */
export const entries: Readonly<Record<string, string>> = { index: 'foyer.api.md', three: 'foyer-three.api.md' };

/** @returns the report of each entry, as it is now. Takes some seconds: it compiles the declarations. */
export function apiReports(): Record<string, string> {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const types = join(work, 'types');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.lib.json'), '--outDir', types], { stdio: 'inherit' });
  return Object.fromEntries(Object.entries(entries).map(([entry, file]) => [file, report(join(types, `${entry}.d.ts`), file)]));
}

function report(entryFile: string, fileName: string): string {
  const off = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entryFile,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [entryFile] } },
      apiReport: { enabled: true, reportFileName: fileName, reportFolder: work, reportTempFolder: join(work, 'temp') },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { compilerMessageReporting: off, extractorMessageReporting: off, tsdocMessageReporting: off },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
  Extractor.invoke(config, { localBuild: true, messageCallback: message => (message.handled = true) });
  return readFileSync(join(work, fileName), 'utf8');
}

const compilerOptions = {
  module: 'ESNext',
  moduleResolution: 'Bundler',
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  types: [],
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};
