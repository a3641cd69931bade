import { expect, it } from 'vitest';
import { FormatError, LoadError, quote } from '../../src/core/errors.ts';

it('LoadError says what, where and the status, and carries them as fields', () => {
  const cause = new Error('socket');
  const error = new LoadError('no answer', { url: 'a.glb', status: 503, failure: 'transient', cause });
  expect(error.message).toBe('no answer: a.glb (HTTP 503)');
  expect(error).toMatchObject({ name: 'LoadError', url: 'a.glb', status: 503, failure: 'transient', cause });
  expect(new LoadError('gone', { url: 'b' }).failure).toBe('permanent');
});

it('FormatError quotes the place and the offending value', () => {
  const error = new FormatError('count out of range', { url: 'a.glb', at: 'accessors[3].count', value: -1 });
  expect(error.message).toBe('count out of range at accessors[3].count, got -1: a.glb');
});

it('quote cuts what is long and survives what JSON does not', () => {
  expect(quote('x'.repeat(200))).toHaveLength(80);
  expect(quote(10n)).toBe('10');
  expect(quote(Number.NaN)).toBe('NaN');
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(quote(circular)).toBe('[object Object]');
});
