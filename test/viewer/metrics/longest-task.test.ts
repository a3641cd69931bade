import { expect, it } from 'vitest';
import { LongestTask } from '../../../src/viewer/metrics/longest-task.ts';

class FakeObserver {
  static supportedEntryTypes = ['longtask'];
  static last: FakeObserver;
  records: { duration: number }[] = [];
  observing = false;
  readonly tell: (list: { getEntries(): { duration: number }[] }) => void;

  constructor(tell: FakeObserver['tell']) {
    this.tell = tell;
    FakeObserver.last = this;
  }
  observe(): void {
    this.observing = true;
  }
  takeRecords(): { duration: number }[] {
    return this.records.splice(0);
  }
  disconnect(): void {
    this.observing = false;
  }
}

it('keeps the longest, those that the browser has not told of yet included', () => {
  const task = new LongestTask(FakeObserver as never);
  expect(task.ms).toBe(0);
  FakeObserver.last.tell({ getEntries: () => [{ duration: 60 }, { duration: 90 }] });
  FakeObserver.last.records.push({ duration: 120 });
  expect(task.ms).toBe(120);
  FakeObserver.last.records.push({ duration: 200 });
  task.dispose();
  expect([task.ms, FakeObserver.last.observing]).toEqual([200, false]);
});

it('says that it does not know where the browser does not tell', () => {
  FakeObserver.supportedEntryTypes = [];
  expect(new LongestTask(FakeObserver as never).ms).toBeUndefined();
});
