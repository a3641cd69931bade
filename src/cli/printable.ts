/** Makes text safe for a terminal. */

/** Removes control characters: names in a model are untrusted and could control the terminal. */
export const printable = (text: string): string => text.replace(CONTROL, '\ufffd');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for; line ends and tabs stay.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
