import { systemClock } from '../../core/clock.ts';
import { compileTarget } from './compile-target.ts';
import type { CountRequest, VariantCount } from './variant-count.ts';

// The worker of countVariants: it answers one request.

addEventListener('message', ({ data: { variants, stage, target } }: MessageEvent<CountRequest>) => {
  const counts = variants.map(({ defines, source }): VariantCount => {
    const { slots, arithmetic, texture, errors, broken } = compileTarget(source, stage, target, systemClock);
    const [error] = errors;
    return { defines, slots, arithmetic, texture, error: error?.message ?? (slots === 0 ? broken[0] : undefined) };
  });
  postMessage(counts);
});
