import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly config?: { readonly version?: string };
}

/** Returns the version of the package that this file belongs to, installed or from the source tree. */
export function readVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const { name, version, config } = readManifest(join(folder, 'package.json'));
    if (name === 'foyer' || name === '@foyer/cli') return version ?? config?.version ?? 'unknown';
    if (folder === dirname(folder)) return 'unknown';
  }
}

function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Most parent folders have none.
    return {};
  }
}
