import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'vite';

// The Basis Universal transcoder as a module that makes no functions of strings: a page with a strict content security policy runs it.

const FROM = 'three/examples/jsm/libs/basis/basis_transcoder';
const IN_DEVELOPMENT = '/@foyer/basis_transcoder.js';

/** What embind builds as text, as closures: emscripten's `-s DYNAMIC_EXECUTION=0` does the same. */
const replacements: readonly (readonly [from: string, to: string, text: string])[] = [
  ['function createJsInvoker(', 'function craftInvokerFunction(', ''],
  [
    'let[args,invokerFnBody]=createJsInvoker(',
    'return createNamedFunction(humanName,invokerFn)',
    `var invokerFn = function (...given) {
      if (given.length !== argCount - 2)
        throwBindingError('function ' + humanName + ' called with ' + given.length + ' arguments, expected ' + (argCount - 2));
      const destructors = needsDestructorStack ? [] : null;
      const wired = [];
      if (isClassMethodFunc) wired.push(argTypes[1].toWireType(destructors, this));
      for (let i = 0; i < given.length; i++) wired.push(argTypes[i + 2].toWireType(destructors, given[i]));
      const answer = cppInvokerFunc(cppTargetFunc, ...wired);
      if (needsDestructorStack) runDestructors(destructors);
      else {
        const first = isClassMethodFunc ? 1 : 2;
        for (let i = first; i < argTypes.length; i++) argTypes[i].destructorFunction?.(wired[i - first]);
      }
      return returns ? argTypes[0].fromWireType(answer) : undefined;
    };`,
  ],
  [
    'var functionBody=`return function (obj, func, destructorsRef, args)',
    'var functionName=`methodCaller<(',
    `var invokerFunction = (obj, func, destructorsRef, pointer) => {
      const given = types.map(type => {
        const value = type.readValueFromPointer(pointer);
        pointer += type.argPackAdvance;
        return value;
      });
      const value = kind === 1 ? reflectConstruct(func, given) : func.call(...(kind === 0 ? [obj, ...given] : given));
      return retType.isVoid ? undefined : emval_returnValue(retType, destructorsRef, value);
    };`,
  ],
  // Node's way, which is never gone: bundlers would look for `fs` and `path`, and Parcel installs a package for them.
  ['if(ENVIRONMENT_IS_NODE){var fs=require(', 'if(ENVIRONMENT_IS_WEB||ENVIRONMENT_IS_WORKER){if(ENVIRONMENT_IS_WORKER)', ''],
  ['return function(){return Function}()(', '};var __emval_get_global=', 'return globalThis'],
];

/**
 * `basis_transcoder.js` of three as a module whose default export starts a transcoder, without `eval` and `new Function`.
 * @throws Error where three's file is not the one that this was written for.
 */
export function transcoderModule(script: string): string {
  for (const [from, to, text] of replacements) {
    const start = script.indexOf(from);
    const end = script.indexOf(to, start);
    if (start < 0 || end < 0) throw new Error(`basis_transcoder.js has changed: "${start < 0 ? from : to}" is not in it`);
    script = script.slice(0, start) + text + script.slice(end);
  }
  if (/\bnewFunc\(Function|\bnew Function\b|\beval\(/.test(script))
    throw new Error('basis_transcoder.js has changed: it makes functions of strings');
  // A browser's way, in Node too: the WebAssembly is given.
  return `const process = undefined;\n${script.slice(0, script.indexOf("if (typeof exports === 'object'"))}\nexport default BASIS;\n`;
}

/** The text of the module, from the three that is installed. */
export function readTranscoderModule(): string {
  return transcoderModule(readFileSync(createRequire(import.meta.url).resolve(`${FROM}.js`), 'utf8'));
}

/** Vite's list of the packages inside names three alone. The transcoder in it is another's, and changed here. */
function transcoderLicense(): string {
  const apache = readFileSync(join(import.meta.dirname, 'node_modules/sharp/LICENSE'), 'utf8');
  if (!/^\s*Apache License\s+Version 2\.0/.test(apache))
    throw new Error('the LICENSE of sharp is no longer the text of Apache 2.0');
  return `
## basis_universal - basis_transcoder of three (Apache-2.0)

Copyright (C) 2019-2024 Binomial LLC. All Rights Reserved. https://github.com/BinomialLLC/basis_universal
Changed: its script is a module that makes no functions of strings.

${apache.trim()}
`;
}

/** @param folder - where the file goes in a build, without a hash in its name; undefined: where assets go. */
export function transcoderWithoutEval(folder?: string): Plugin {
  let development = false;
  return {
    name: 'transcoder-without-eval',
    enforce: 'pre',
    configResolved({ command }) {
      development = command === 'serve';
    },
    resolveId: source => (source === `${FROM}.js?url` ? `\0${source}` : undefined),
    load(id) {
      if (id !== `\0${FROM}.js?url`) return undefined;
      if (development) return `export default ${JSON.stringify(IN_DEVELOPMENT)};`;
      const source = readTranscoderModule();
      const name = 'basis_transcoder.js';
      const file = this.emitFile({ type: 'asset', source, ...(folder ? { fileName: `${folder}/${name}` } : { name }) });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const licenses = bundle['licenses.md'];
        if (licenses?.type === 'asset') licenses.source += transcoderLicense();
      },
    },
    configureServer({ middlewares }) {
      middlewares.use(IN_DEVELOPMENT, (_, response) => {
        response.setHeader('content-type', 'text/javascript');
        response.end(readTranscoderModule());
      });
    },
  };
}
