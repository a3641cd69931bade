/** Finds the folders of the installed package. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Returns the folder with package.json: of the project, or of the installed package. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return folder;
  }
}

/** Returns the folder of the built site; undefined where it was not built. */
export function builtSite(): string | undefined {
  const root = packageRoot();
  return [join(root, 'site'), join(root, 'dist/site')].find(folder => existsSync(join(folder, 'index.html')));
}
