import { describe, expect, it } from 'vitest';
import { LoadError } from '../../../src/core/errors.ts';
import { PartialBody } from '../../../src/net/transfer/partial-body.ts';
import { BASE, contentOf } from '../setup.ts';

const url = (name: string) => new URL(name, BASE).href;

describe('PartialBody', () => {
  it('takes no more memory than twice what has come, whatever a document promises', () => {
    const body = new PartialBody(url('a'), 500 * 2 ** 20);
    const before = process.memoryUsage().arrayBuffers;
    body.append(new Uint8Array(1000));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 2 ** 20);
  });

  it.each([1, 2 ** 20, 3 * 2 ** 20 + 7])('gives %d bytes as they came', length => {
    const bytes = contentOf('a', length);
    const body = new PartialBody(url('a'), length);
    for (let at = 0; at < length; at += 70_000) body.append(bytes.subarray(at, at + 70_000));
    const taken = body.take();
    expect(Buffer.compare(taken, bytes)).toBe(0);
    expect(taken.buffer.byteLength).toBe(length);
  });

  it('holds to the most that may come where the most is no number', () => {
    expect(new PartialBody(url('a'), undefined, Number.NaN).length).toBe(0);
    expect(() => new PartialBody(url('a'), 2 ** 53)).toThrow(LoadError);
    expect(() => new PartialBody(url('a'), Number.NaN)).toThrow(LoadError);
  });
});
