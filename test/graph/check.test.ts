import { expect, it } from 'vitest';
import { parse } from '../../src/graph/check.ts';

const url = 'https://example.org/room.json';
const bytes = (text: string) => new TextEncoder().encode(text);

it('reads JSON, with or without a byte order mark', () => {
  expect(parse(bytes('{"a":1}'), url)).toEqual({ a: 1 });
  expect(parse(bytes('\uFEFF{"a":1}'), url)).toEqual({ a: 1 });
});

it('tells a web page from other bytes that are no JSON', () => {
  for (const page of ['<!doctype html>', '\n\r\n  <!DOCTYPE html>', '\ufeff<html>'])
    expect(() => parse(bytes(page), url)).toThrow('a web page, not JSON');
  // A page in Latin-1 is no UTF-8.
  expect(() => parse(Uint8Array.of(0x3c, 0xe4), url)).toThrow('a web page, not JSON');
  expect(() => parse(bytes('{ "<"'), url)).toThrow(/^not JSON/);
  expect(() => parse(bytes('{"a":'), url)).toThrow(/^not JSON/);
  expect(() => parse(Uint8Array.of(0xff, 0xfe), url)).toThrow(/^not JSON/);
  expect(() => parse(new Uint8Array(), url)).toThrow(/^not JSON/);
});
