import { describe, expect, it } from 'vitest';
import { Avatar } from '../../../src/avatar/avatar.ts';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import { bindSkin } from '../../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { allJoints, jointsIn, markWithAncestors } from '../../../src/avatar/skeleton/used-joints.ts';
import { animation, chain, turns } from '../make-figure.ts';

describe('used joints', () => {
  it('are the wanted joints and all their ancestors', () => {
    //   0 - 1 - 2   and  1 - 3 - 4,  5 alone
    const parents = Int16Array.of(-1, 0, 1, 1, 3, -1);
    const used = (...wanted: number[]) => {
      const mask = new Uint8Array(6);
      for (const joint of wanted) markWithAncestors(mask, parents, joint);
      return [...jointsIn(mask)];
    };
    expect(used(3)).toEqual([0, 1, 3]);
    expect(used(5, 2)).toEqual([0, 1, 2, 5]);
    expect(used()).toEqual([]);
    expect([...allJoints(parents)]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('are posed again once something follows them again', () => {
    const skeleton = new Skeleton(chain('a', 'b', 'c', 'd'));
    const inverseBind = new Float32Array(16);
    const binding = bindSkin({ joints: [skeleton.names[1]], inverseBind }, skeleton, 'test');
    const make = () => {
      const avatar = new Avatar(skeleton);
      const tracks = skeleton.names.map(name => turns(name, [0, 1], [0, 0.5]));
      avatar.animator.add(compileClip(animation('bend', tracks), skeleton));
      avatar.animator.play('bend');
      return avatar;
    };
    const all = make();
    all.update(0.3);
    const some = make();
    some.addSkin(binding);
    some.update(0.3);
    expect(some.world.subarray(16, 32)).toEqual(all.world.subarray(16, 32));
    expect(some.world.subarray(48)).not.toEqual(all.world.subarray(48));
    const mug = some.attach(skeleton.names[3]);
    expect(mug).toEqual(all.world.subarray(48));
  });
});
