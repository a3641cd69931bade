import { describe, expect, it } from 'vitest';
import { UserActivity } from '../../../src/viewer/camera/user-activity.ts';
import { VirtualClock } from '../../virtual-clock.ts';

function make() {
  const clock = new VirtualClock();
  const element = new EventTarget();
  return { clock, element, activity: new UserActivity(element, clock) };
}

describe('activity', () => {
  it('is not there before anybody does anything', () => {
    expect(make().activity.here).toBe(false);
  });

  it('lasts for a second after the latest sign', async () => {
    const { clock, element, activity } = make();
    element.dispatchEvent(new Event('wheel'));
    await clock.advance(900);
    expect(activity.here).toBe(true);
    element.dispatchEvent(new Event('pointermove'));
    await clock.advance(900);
    expect(activity.here).toBe(true);
    await clock.advance(200);
    expect(activity.here).toBe(false);
  });

  it('is told of what is no event', () => {
    const { activity } = make();
    activity.note();
    expect(activity.here).toBe(true);
  });

  it('keeps the first 40 keys, those that repeat themselves not counted', () => {
    const { element, activity } = make();
    const held = Object.assign(new Event('keydown'), { repeat: true });
    for (let i = 0; i < 60; i++) element.dispatchEvent(held);
    for (let i = 0; i < 50; i++) element.dispatchEvent(new Event(i % 2 ? 'keyup' : 'keydown'));
    element.dispatchEvent(new Event('wheel'));
    expect(activity.early).toHaveLength(40);
    expect(activity.early).not.toContain(held);
  });

  it('listens no more once disposed of; twice is harmless', () => {
    const { element, activity } = make();
    activity.dispose();
    activity.dispose();
    element.dispatchEvent(new Event('keydown'));
    expect(activity.here).toBe(false);
  });
});
