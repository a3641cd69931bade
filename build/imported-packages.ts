/** Finds the packages that built code imports. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, parse } from 'acorn';
import { full } from 'acorn-walk';

const CODE = /\.(js|cjs|mjs|script)$/;

/** Returns the names of the packages that the code of Node below `folder` imports or requires. Code of pages lies in `site`. */
export function importedBelow(folder: string): Set<string> {
  const names = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (!CODE.test(name) || /^site\b/.test(name) || !statSync(file).isFile()) continue;
    for (const specifier of specifiersIn(readFileSync(file, 'utf8'))) {
      const [, own] = /^((?:@[^/]+\/)?[^./][^/]*)/.exec(specifier) ?? [];
      if (own !== undefined && !own.startsWith('node:')) names.add(own);
    }
  }
  return names;
}

/** Returns what a module or script imports, and every text that is the one argument of a call: `createRequire(here)('sharp')`. */
function specifiersIn(code: string): string[] {
  const found: string[] = [];
  const take = (node: AnyNode | null | undefined): void => {
    if (node?.type === 'Literal' && typeof node.value === 'string') found.push(node.value);
  };
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }), node => {
    const each = node as AnyNode;
    if (each.type === 'CallExpression' && each.arguments.length === 1) take(each.arguments[0]);
    else if ('source' in each) take(each.source);
  });
  return found;
}
