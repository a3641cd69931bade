import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

let decoder: Promise<unknown> | undefined;

/**
 * Loads Google's Draco decoder, as three.js ships it for glTF (examples/jsm/libs/draco/gltf; plain JavaScript, so no WebAssembly
 * file is needed). It is a CommonJS script in a package of ES modules. Node can neither import nor require it, so it is evaluated
 * as text.
 *
 * @throws Error that says what to do where three is not installed.
 */
export function dracoDecoder(): Promise<unknown> {
  decoder ??= load();
  return decoder;
}

async function load(): Promise<unknown> {
  const name = 'three/examples/jsm/libs/draco/gltf/draco_decoder.js';
  let script: string;
  try {
    script = await readFile(createRequire(import.meta.url).resolve(name), 'utf8');
  } catch (cause) {
    throw new Error(`Draco needs ${name}: install three, or save the model without Draco compression`, { cause });
  }
  const module: { exports?: (options: object) => Promise<unknown> } = {};
  // `process` is hidden, because the script would replace the error handlers of the whole program.
  new Function('module', 'exports', 'process', script)(module, {}, undefined);
  if (typeof module.exports !== 'function') throw new Error(`${name} is not the decoder that was expected`);
  return module.exports({});
}
