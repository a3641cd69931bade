/** Judges the levels of a part in another thread, while this one makes the next level. */
import { type Judge, type JudgedLevel, type JudgedPart, LevelJudge, type OfferedLevel } from '../levels/level-judge.ts';

/** A message to the other thread. The first has the part, each later one a level, and the last `isEnd`. */
export interface JudgeJob {
  readonly kind: 'judge';
  /** Number of the part; jobs of one part have the same. */
  readonly part: number;
  readonly begin?: JudgedPart;
  readonly level?: OfferedLevel;
  readonly isEnd?: boolean;
}

export interface JudgeAnswer {
  /** Number of levels that are kept. */
  readonly count: number;
  /** The levels that are kept, in the answer to the last message. */
  readonly levels?: readonly JudgedLevel[];
}

const judges = new Map<number, LevelJudge>();

/** Does such a job in the other thread. @throws Error where the part is not known. */
export async function runJudgeJob({ part, begin, level, isEnd }: JudgeJob): Promise<JudgeAnswer> {
  if (begin) judges.set(part, new LevelJudge(begin));
  const judge = judges.get(part);
  if (!judge) throw new Error(`no part ${part} has begun`);
  if (level) return { count: await judge.offer(level) };
  if (!isEnd) return { count: 1 };
  judges.delete(part);
  const levels = await judge.end();
  return { count: levels.length, levels };
}

let parts = 0;

/** Passes levels on to the other thread. Where that fails, this thread judges all of them again. */
export class RemoteJudge implements Judge {
  readonly #part: JudgedPart;
  readonly #number = ++parts;
  readonly #ask: (job: JudgeJob) => Promise<JudgeAnswer | undefined>;
  readonly #offered: OfferedLevel[] = [];
  #here: LevelJudge | undefined;
  /** Whether a message had no answer. What the other thread says after that lacks a level. */
  #isLost = false;
  #counts: Promise<number>[] = [];

  /** @param ask - sends a job; undefined where the thread fails. */
  constructor(part: JudgedPart, ask: (job: JudgeJob) => Promise<JudgeAnswer | undefined>) {
    this.#part = part;
    this.#ask = ask;
    // A later message finds out where this one has no answer.
    void this.#send({ begin: part });
  }

  async offer(level: OfferedLevel): Promise<number> {
    const at = this.#offered.push(level) - 1;
    const answer = await this.#send({ level });
    return answer ? answer.count : this.#countHere(at);
  }

  async end(): Promise<readonly JudgedLevel[]> {
    const answer = await this.#send({ isEnd: true });
    if (answer?.levels) return answer.levels;
    await this.#countHere(this.#offered.length - 1);
    return this.#judgeHere().end();
  }

  /** @returns undefined where this message or an earlier one has no answer. */
  async #send(message: Omit<JudgeJob, 'kind' | 'part'>): Promise<JudgeAnswer | undefined> {
    const answer = await this.#ask({ kind: 'judge', part: this.#number, ...message });
    if (!answer) this.#isLost = true;
    return this.#isLost ? undefined : answer;
  }

  #judgeHere(): LevelJudge {
    return (this.#here ??= new LevelJudge(this.#part));
  }

  /** Judges up to a level in this thread. */
  async #countHere(at: number): Promise<number> {
    const judge = this.#judgeHere();
    while (this.#counts.length <= at) this.#counts.push(judge.offer(this.#offered[this.#counts.length]));
    return at < 0 ? 1 : this.#counts[at];
  }
}
