import { describe, expect, it } from 'vitest';
import { Attention } from '../../../src/viewer/camera/user-activity.ts';
import { VirtualClock } from '../../virtual-clock.ts';

function make() {
  const clock = new VirtualClock();
  const element = new EventTarget();
  return { clock, element, attention: new Attention(element, clock) };
}

describe('attention', () => {
  it('is not there before anybody does anything', () => {
    expect(make().attention.here).toBe(false);
  });

  it('lasts for a second after the latest sign', async () => {
    const { clock, element, attention } = make();
    element.dispatchEvent(new Event('wheel'));
    await clock.advance(900);
    expect(attention.here).toBe(true);
    element.dispatchEvent(new Event('pointermove'));
    await clock.advance(900);
    expect(attention.here).toBe(true);
    await clock.advance(200);
    expect(attention.here).toBe(false);
  });

  it('is told of what is no event', () => {
    const { attention } = make();
    attention.note();
    expect(attention.here).toBe(true);
  });

  it('listens no more once disposed of; twice is harmless', () => {
    const { element, attention } = make();
    attention.dispose();
    attention.dispose();
    element.dispatchEvent(new Event('keydown'));
    expect(attention.here).toBe(false);
  });
});
