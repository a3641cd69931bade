import { expect, it } from 'vitest';
import { SendTurns, type Sink } from './send-turns.ts';

/** A way that takes what is written when it is told to. */
function way() {
  const written: { readonly name: string; readonly length: number; readonly taken: () => void }[] = [];
  const sink = (name: string) => {
    let close = () => {};
    const made: Sink & { close(): void } = {
      write: (chunk, taken) => written.push({ name, length: chunk.length, taken }),
      on: (_, run) => {
        close = run;
      },
      close: () => close(),
    };
    return made;
  };
  return { written, sink };
}

it('bodies of one connection go in turn, a frame each, and 64 KB at a time', () => {
  const { written, sink } = way();
  const turns = new SendTurns();
  const ended: string[] = [];
  for (const name of ['a', 'b']) turns.add(sink(name), new Uint8Array(50_000), () => ended.push(name));
  expect(written.map(w => w.length)).toEqual([16384, 16384, 16384, 848, 16384]);
  expect(ended).toEqual(['a']);
  for (let i = 0; i < written.length; i++) written[i].taken();
  expect(written.slice(4).map(w => `${w.name} ${w.length}`)).toEqual(['b 16384', 'b 16384', 'b 16384', 'b 848']);
  expect(ended).toEqual(['a', 'b']);
});

it('what comes later takes turns with what is under way', () => {
  const { written, sink } = way();
  const turns = new SendTurns();
  for (const name of ['a', 'b', 'c']) turns.add(sink(name), new Uint8Array(100_000), () => {});
  for (let i = 0; i < 9; i++) written[i].taken();
  expect(written.map(w => w.name).slice(0, 12)).toEqual(['a', 'a', 'a', 'a', 'a', 'b', 'c', 'a', 'b', 'c', 'a', 'b']);
});

it('a sink that is closed makes room for the others, and its end is not told', () => {
  const { written, sink } = way();
  const turns = new SendTurns();
  const ended: string[] = [];
  const gone = sink('gone');
  turns.add(gone, new Uint8Array(1_000_000), () => ended.push('gone'));
  turns.add(sink('b'), new Uint8Array(20_000), () => ended.push('b'));
  expect(written).toHaveLength(4);
  gone.close();
  expect(written.slice(4).map(w => w.name)).toEqual(['b', 'b']);
  // Told late, or twice, that the way has taken it: nothing more is counted.
  for (const { taken } of written.slice(0, 4)) taken();
  turns.add(sink('c'), new Uint8Array(200_000), () => ended.push('c'));
  expect(written.slice(6)).toHaveLength(3);
  expect(ended).toEqual(['b']);
});

it('an empty body is over at once', () => {
  const { written, sink } = way();
  const ended: string[] = [];
  new SendTurns().add(sink('a'), new Uint8Array(0), () => ended.push('a'));
  expect(written).toHaveLength(0);
  expect(ended).toEqual(['a']);
});
