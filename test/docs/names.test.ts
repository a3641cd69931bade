import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as three from 'three';
import { describe, expect, it } from 'vitest';
import { FormatError, LoadError } from '../../src/core/errors.ts';
import { ContextError } from '../../src/render/gl/context.ts';
import { RoomGroup } from '../../src/three.ts';
import { RoomViewer } from '../../src/viewer/element/room-viewer.ts';
import { readMetrics } from '../../src/viewer/metrics/viewer-metrics.ts';

// docs/viewer.md is the reference: whatever the library gives to a page has its name there, as code.

const text = (file: string) => readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
const code = [...text('docs/viewer.md').matchAll(/```.*?```|`[^`]+`/gs)].map(([piece]) => piece).join('\n');
const undocumented = (names: Iterable<string>) =>
  [...names].filter(name => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(code));

/** What a module exports, by name; types too. */
function exportsOf(file: string): string[] {
  const source = text(file);
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].flatMap(([, list]) => list.split(','));
  const own = [...source.matchAll(/^export (?:class|interface|function|const) (\w+)/gm)].map(([, name]) => name);
  return [...lists.map(name => name.replace('type ', '').trim()).filter(Boolean), ...own];
}

/** Names in the body of an interface. */
function fieldsOf(file: string, name: string): string[] {
  const [, body] = text(file).match(new RegExp(`^export interface ${name} \\{\\n(.*?)^\\}`, 'ms')) ?? ['', ''];
  return [...body.matchAll(/^ {2}(?:readonly )?'?([\w-]+)'?\??:/gm)].map(([, field]) => field);
}

const membersOf = (prototype: object) =>
  Object.getOwnPropertyNames(prototype).filter(name => !/^constructor$|Callback$/.test(name));

describe('docs/viewer.md', () => {
  it.each(['src/index.ts', 'src/three.ts'])('tells of everything that %s exports', file => {
    expect(exportsOf(file)).toContain('LoadError');
    expect(exportsOf(file).length).toBeGreaterThan(5);
    expect(undocumented(exportsOf(file))).toEqual([]);
  });

  it('tells of every attribute, property and method', () => {
    expect(undocumented(RoomViewer.observedAttributes)).toEqual([]);
    expect(membersOf(RoomViewer.prototype)).toContain('lookFrom');
    expect(undocumented(membersOf(RoomViewer.prototype))).toEqual([]);
    expect(undocumented([...membersOf(RoomGroup.prototype), 'interactive', 'complete'])).toEqual([]);
    expect(fieldsOf('src/three.ts', 'RoomGroupOptions')).toContain('onError');
    expect(undocumented(fieldsOf('src/three.ts', 'RoomGroupOptions'))).toEqual([]);
  });

  it('tells of every event', () => {
    const events = fieldsOf('src/viewer/element/viewer-events.ts', 'RoomViewerEvents');
    expect(events).toContain('resource-error');
    expect(undocumented(events)).toEqual([]);
  });

  it('tells of every figure', () => {
    const metrics = readMetrics('empty', undefined, undefined);
    expect(Object.keys(metrics).length).toBeGreaterThan(15);
    expect(undocumented([...Object.keys(metrics), ...Object.keys(metrics.memory), ...Object.keys(metrics.uploaded)])).toEqual([]);
  });

  it('tells of every field of an error', () => {
    const errors = [new LoadError('a', { url: 'b' }), new FormatError('a', { url: 'b' }), new ContextError('a')];
    const fields = errors.flatMap(error => Object.keys(error));
    expect(fields).toEqual(expect.arrayContaining(['failure', 'at', 'value', 'status']));
    expect(undocumented(fields)).toEqual([]);
  });

  it('names no type that an app cannot import', () => {
    const named = new Set([...text('docs/viewer.md').matchAll(/`([A-Z][a-z]\w+)`/g)].map(([, name]) => name));
    const known = new Set([...exportsOf('src/index.ts'), ...exportsOf('src/three.ts'), ...Object.keys(three)]);
    const foreign = ['EffectComposer', 'OutputPass', 'WebGPURenderer'];
    const keys = ['Home'];
    expect(named).toContain('EnterOptions');
    expect([...named].filter(name => !known.has(name) && !(name in globalThis) && ![...foreign, ...keys].includes(name))).toEqual(
      [],
    );
  });

  it('would miss what is not there', () => {
    expect(undocumented(['lookFrom', 'lookFro', 'lookAtNobody'])).toEqual(['lookFro', 'lookAtNobody']);
  });
});
