/** Written by vite.early.ts. */
declare module 'virtual:first-files' {
  /** URL of the room that the page opens, relative to it. */
  export const room: string;
  /** What the door of that room shows first, URLs relative to the room's document. */
  export const firstFiles: readonly string[];
  /** SHA-256 of the first of them; '' where there is none. */
  export const firstHash: string;
}
