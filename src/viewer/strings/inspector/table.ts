import type { StringTable } from '../string-table.ts';
import { english, type InspectorString } from './english.ts';

/** The words of the inspector. They are loaded with its code. */
export const inspectorStrings: StringTable<InspectorString> = {
  english,
  translations: {
    de: async () => (await import('./german.ts')).german,
    ar: async () => (await import('./arabic.ts')).arabic,
  },
};
