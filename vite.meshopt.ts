import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const FILE = /\/meshoptimizer\/meshopt_decoder\.mjs$/;
const WITHOUT_SIMD = '\0meshopt-without-simd';
const PROGRAM = /var wasm_base =\s*('[^']+')/;

/** What the page leaves out or asks for on demand, and what stands in its place. */
const replacements: readonly (readonly [from: string | RegExp, to: string])[] = [
  [PROGRAM, 'var wasm_base'],
  ['var wasm = WebAssembly.validate(detector) ? unpack(wasm_simd) : unpack(wasm_base);', ''],
  [
    'var ready = WebAssembly.instantiate(wasm, {})',
    `var program = WebAssembly.validate(detector) ? Promise.resolve(wasm_simd) : import('${WITHOUT_SIMD}').then(code => code.default);
    var ready = program.then(text => WebAssembly.instantiate(unpack(text), {}))`,
  ],
  // Workers of its own: the decoder runs in ours.
  [/function createWorker[\s\S]+?(?=\n\treturn \{\n\t\tready: ready)/, ''],
  [/useWorkers: function[\s\S]+?(?=\n\t\tdecodeVertexBuffer:)/, ''],
  [/decodeGltfBufferAsync: function[\s\S]+?(?=\n\t\};\n\}\)\(\);)/, ''],
];

/**
 * meshoptimizer's decoder holds its program twice. Browsers since 2021 run the one with SIMD, but not on processors without SSE4.1: those
 * ask for the other one. 4.2 KB of gzip less before the room is interactive.
 */
export function smallMeshopt(): Plugin {
  let file = '';
  return {
    name: 'small-meshopt',
    apply: 'build',
    resolveId: source => (source === WITHOUT_SIMD ? source : undefined),
    load(id) {
      if (id !== WITHOUT_SIMD) return undefined;
      return `export default ${PROGRAM.exec(readFileSync(file, 'utf8'))?.[1]};`;
    },
    transform: {
      filter: { id: FILE },
      handler(code, id) {
        file = id;
        let small = code;
        for (const [from, to] of replacements) {
          const next = small.replace(from, () => to);
          if (next === small) this.error(`meshoptimizer is not as vite.meshopt.ts knows it: no ${from}`);
          small = next;
        }
        return { code: small, map: null };
      },
    },
  };
}
