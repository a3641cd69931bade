import { expect, it } from 'vitest';
import { ContextWatch } from '../../../src/viewer/stage/context-watch.ts';
import { VirtualClock } from '../../virtual-clock.ts';

function watched() {
  const clock = new VirtualClock();
  const canvas = Object.assign(new EventTarget(), { style: { visibility: '' } });
  const gone: string[] = [];
  const watch = new ContextWatch(canvas as unknown as HTMLCanvasElement, clock, error => gone.push(error.message));
  const send = (type: string) => canvas.dispatchEvent(new Event(`webglcontext${type}`));
  return { clock, canvas, gone, watch, send };
}

it('hides a lost context, and reports it if it is not restored', async () => {
  const { clock, canvas, gone, send } = watched();
  send('lost');
  expect(canvas.style.visibility).toBe('hidden');
  await clock.advance(4900);
  expect(gone).toEqual([]);
  await clock.advance(200);
  expect(gone).toEqual(['WebGL is not available: taken away']);
  send('restored');
  expect(canvas.style.visibility).toBe('');
});

it('reports nothing of a context that is restored or was disposed of', async () => {
  const { clock, gone, watch, send } = watched();
  send('lost');
  send('restored');
  send('lost');
  watch.dispose();
  send('lost');
  await clock.advance(20_000);
  expect([gone, clock.pending]).toEqual([[], 0]);
});
