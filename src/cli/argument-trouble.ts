/**
 * Says in one sentence what is wrong with the arguments of a command. Node adds advice about names that begin with "-", and breaks
 * the line.
 */
export function argumentTrouble(error: unknown): string {
  const [first] = (error as Error).message.split(/\. |\.?\n/);
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(first) ?? [];
  return option === undefined ? first : `${option} needs a value`;
}
