/** `npm run sizes`, after `npm run build`: writes docs/sizes.json, which test/browser/library/sizes.test.ts compares. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundleSizes } from './bundle-sizes.ts';

const root = resolve(import.meta.dirname, '../..');
const sizes = bundleSizes(resolve(root, 'dist'));
writeFileSync(resolve(root, 'docs/sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
console.log(sizes);
