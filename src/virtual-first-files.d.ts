/** Written by vite.early.ts. */
declare module 'virtual:first-files' {
  /** URL of the room that the page opens, relative to it. */
  export const room: string;
  /** What the door of that room shows first, URLs relative to the room's document. */
  export const files: readonly string[];
  /** How many of them are requested before the code has arrived. */
  export const first: number;
  /** Key of localStorage that exists while the first of them is cached. */
  export const ledgerKey: string;
}
