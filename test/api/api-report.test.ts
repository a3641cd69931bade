import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { apiReports } from './api-report.ts';

// A change of the public API shows in the diff of docs/api. `npm run api` writes it anew.
it('the public API is the one that docs/api records', () => {
  const folder = resolve(import.meta.dirname, '../../docs/api');
  for (const [file, text] of Object.entries(apiReports())) {
    expect(text).toContain('export class');
    expect(text, `run "npm run api"`).toBe(readFileSync(join(folder, file), 'utf8'));
  }
});
