/** Imports models as a room, and says what became of them: `foyer import`. */

import { basename } from 'node:path';
import { counted, countedAre } from '../../core/counted.ts';
import { modelLines, roomLines } from './import-report.ts';
import type { Work } from './work.ts';

export const importFiles: Work = async (files, out, options, read) => {
  const { importModels } = await import('../../import/import-models.ts');
  const report = await importModels(files, out, { ...options, read, name: files.length === 1 ? basename(files[0]) : 'import' });
  const before = report.models.reduce((sum, m) => sum + m.bytes, 0);
  const lines = [...modelLines(report), ...roomLines(report.room, before)];
  const { errors, models } = report;
  const outcome = { told: { json: report, lines }, documents: [report.room.document] };
  if (errors.length === 0) return outcome;
  const summary = `${countedAre(errors.length, 'input')} left out; the room is written with ${counted(models.length, 'model')}`;
  return { ...outcome, leftOut: { messages: errors.map(({ message }) => message), summary } };
};
