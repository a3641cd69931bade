/** `npm run api`: writes the public API to docs/api, where test/api/api-report.test.ts compares it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { apiReports } from './api-report.ts';

const folder = resolve(import.meta.dirname, '../../docs/api');
mkdirSync(folder, { recursive: true });
for (const [file, text] of Object.entries(apiReports())) writeFileSync(join(folder, file), text);
