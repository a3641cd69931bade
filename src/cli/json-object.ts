/**
 * Parses a file's JSON, which must be an object.
 *
 * @param holds - what the object maps, for the error: `file name -> budget`
 * @throws Error that names the file
 */
export function readJsonObject(text: string, path: string, holds: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${path} must hold an object, ${holds}`);
  return value;
}
