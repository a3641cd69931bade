import { budgetFor } from '../../assets/memory/memory-budget.ts';

/**
 * Bytes that a room may hold: what the `memory` attribute says in MiB (any number above 0; 64, 128 and 512 are the usual tiers),
 * else by what the machine has, little where the `quality` attribute says `low`.
 * `memoryLimit('64', null, 8) // 67_108_864`
 */
export function memoryLimit(memory: string | null, quality: string | null, deviceMemory: number | undefined): number {
  const wanted = memory === null || memory.trim() === '' ? Number.NaN : Number(memory);
  return wanted > 0 && Number.isFinite(wanted) ? Math.round(wanted * 2 ** 20) : budgetFor(deviceMemory, quality === 'low');
}
