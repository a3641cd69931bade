import type { StringTable } from '../string-table.ts';
import { english, type ViewerString } from './english.ts';

/** The words that a viewer has from the beginning. */
export const viewerStrings: StringTable<ViewerString> = {
  english,
  translations: {
    de: async () => (await import('./german.ts')).german,
    ar: async () => (await import('./arabic.ts')).arabic,
  },
};
