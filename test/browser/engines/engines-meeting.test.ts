import { describe, expect, it } from 'vitest';
import { CrowdOfBots } from '../../bench/meeting/crowd-of-bots.ts';
import { LiveServer } from '../live-server.ts';
import { until } from './driven-browser.ts';
import { lackingForFirefox, launchFirefox } from './firefox.ts';
import { lackingForWebKit, launchWebKit } from './webkit.ts';

// Meeting people in the browsers that are no Chromium: somebody comes in, speaks, and changes clothes; another person is there.
const engines = [
  { name: 'Firefox', launch: launchFirefox, lacks: lackingForFirefox() },
  { name: 'WebKitGTK', launch: launchWebKit, lacks: lackingForWebKit() },
];
const viewer = "document.querySelector('room-viewer')";

describe.each(engines)('$name', ({ launch, lacks }) => {
  it.skipIf(lacks)(
    `meets somebody, speaks and dresses, and complains of nothing${lacks ? ` (needs ${lacks})` : ''}`,
    async () => {
      const server = await LiveServer.start();
      const driven = await launch();
      let bots: CrowdOfBots | undefined;
      try {
        const address = await server.page('&quality=low');
        await driven.open(address);
        const ask = <T>(code: string) => driven.evaluate<T>(`(viewer => ${code})(${viewer})`);
        const wait = <T>(code: string, isSo: (value: T) => boolean) => until(() => ask<T>(code), isSo, 120_000);
        await wait<string>('viewer.state', now => now === 'complete' || now === 'error');
        await wait<string>('viewer.live?.state', now => now === 'connected');
        await ask("viewer.enter({ name: 'Faye' }).then(() => 0)");
        const guests = await ask<number>('viewer.live.people.size');
        bots = await CrowdOfBots.enter(server.url, new URL(address).searchParams.get('room') ?? '', 1, 0);
        await wait<number>('viewer.live.people.size', count => count === guests + 1);
        // What the bot says, in the log and over its head.
        const dock = (panel: string) => `viewer.shadowRoot.querySelector('.dock [data-panel=${panel}]')`;
        await wait<boolean>(`${dock('chat')} !== null`, isThere => isThere);
        await ask("viewer.live.say('Bonjour <b>tous</b>').then(() => 0)");
        await ask(`(${dock('chat')}.click(), 0)`);
        await wait<string>("viewer.shadowRoot.querySelector('.log')?.textContent ?? ''", text => text.includes('<b>tous</b>'));
        // A top that is not worn, by its button.
        await ask(`(${dock('wardrobe')}.click(), 0)`);
        const outfit = "viewer.me.avatar.outfit.map(({ product }) => product.url).sort().join(' ')";
        const before = await ask<string>(outfit);
        const tile = "viewer.shadowRoot.querySelector('.panel [aria-pressed=false]')";
        await wait<boolean>(`${tile} !== null`, isThere => isThere);
        await ask(`(${tile}.click(), 0)`);
        await wait<string>(outfit, worn => worn !== before);
        expect(driven.problems?.filter(text => !/WebGL warning|was not used within a few seconds/.test(text)) ?? []).toEqual([]);
      } finally {
        bots?.leave();
        await driven.close();
        await server.stop();
      }
    },
    240_000,
  );
});
