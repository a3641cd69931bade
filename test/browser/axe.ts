import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

declare const axe: { run(root: Document): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };

const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong on a page, shadow roots included, with where. */
export async function findWrong(page: Page): Promise<string[]> {
  await page.evaluate(script);
  const { violations } = await page.evaluate(() => axe.run(document));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${JSON.stringify(target)}`));
}
