/** Tells what a person should know of an import: what was lost, guessed or mended. */
export type Warn = (message: string) => void;
