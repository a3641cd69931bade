import type { StringTable } from '../string-table.ts';
import { english, type MeetingString } from './english.ts';

/** The words of the controls: people, chat, wardrobe, decorating, sharing. They are loaded with the controls' code. */
export const meetingStrings: StringTable<MeetingString> = {
  english,
  translations: {
    de: async () => (await import('./german.ts')).german,
    ar: async () => (await import('./arabic.ts')).arabic,
  },
};
