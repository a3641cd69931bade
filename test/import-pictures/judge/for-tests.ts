import { afterAll, beforeAll } from 'vitest';
import { type Judge, startJudge } from './judge.ts';

/** One judge for the tests of a file (or of a `describe`): there from the first to the last. */
export function judgeForTests(): () => Judge {
  let judge: Judge | undefined;
  beforeAll(async () => {
    judge = await startJudge();
  }, 120_000);
  afterAll(() => judge?.close());
  return () => {
    if (!judge) throw new Error('the judge is there from the first test on');
    return judge;
  };
}
