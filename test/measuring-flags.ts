/**
 * Flags of node for programs that measure garbage. The semi-space is so large that nothing is collected meanwhile. What is hot is compiled
 * before it goes on, or a busy machine would still run the interpreter, which boxes every number.
 */
export const MEASURING_FLAGS = [
  '--expose-gc',
  '--max-semi-space-size=256',
  '--min-semi-space-size=256',
  '--no-concurrent-recompilation',
  '--import',
  'tsx',
] as const;
