/** Runs a script with the code that V8 made of it at another time. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { debuglog } from 'node:util';
import { Script } from 'node:vm';
import { isMainThread, threadId } from 'node:worker_threads';
import { crc32 } from 'node:zlib';

/** Set to write the code of each script beside it, while the process runs (`build/keep-code.ts`). */
export const KEEP_CODE = 'FOYER_KEEP_CODE';
/** The ending of code that is being written. A thread that is ended meanwhile leaves it. */
export const UNFINISHED = '.new';
/** Milliseconds between two writes of a thread's code: a thread that is ended learns nothing of it. */
const OFTEN = 100;
/** Code ends with its CRC-32: V8 runs what a flipped bit made of it. To compare it takes 0.15 ms of 0.9 MB. */
const SUM_BYTES = 4;

/**
 * Runs a CommonJS script, and returns what it exports. V8 need not compile it where it finds its own code beside it, functions
 * that were compiled later included. Without that code, with damaged code, or with that of another version, it compiles it anew.
 *
 * @param file - its path. The script may call `importModule` in place of `import`.
 * @param hash - of its text. V8 tells by its length alone whether code is of a text.
 */
export function runScript(file: string, hash: string): unknown {
  const code = `${file}.${hash}.${process.versions.v8}-${process.arch}.code`;
  const text = `(function (exports, require, module, __filename, __dirname, importModule) {${readFileSync(file, 'utf8')}\n})`;
  const isKept = process.env[KEEP_CODE] !== undefined;
  const cachedData = isKept ? undefined : readCode(code);
  const script = new Script(text, { filename: file, ...(cachedData ? { cachedData } : {}) });
  debuglog('foyer')('%s: %s', file, cachedData && !script.cachedDataRejected ? 'its code is kept' : 'its code is made anew');
  const module = { exports: {} };
  const importModule = (specifier: string): Promise<unknown> => import(specifier);
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file), importModule);
  if (isKept) {
    // Several threads may run one script. Each writes a file of its own, and the last one counts.
    const unfinished = `${code}.${threadId}${UNFINISHED}`;
    const keep = (): void => {
      const data = script.createCachedData();
      const sum = Buffer.alloc(SUM_BYTES);
      sum.writeUInt32LE(crc32(data));
      writeFileSync(unfinished, Buffer.concat([data, sum]));
      renameSync(unfinished, code);
    };
    if (isMainThread) process.on('exit', keep);
    else setInterval(keep, OFTEN).unref();
  }
  return module.exports;
}

/** Returns the kept code. Undefined where there is none, or it is damaged. */
function readCode(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const end = bytes.byteLength - SUM_BYTES;
    const data = bytes.subarray(0, end);
    return bytes.readUInt32LE(end) === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}
