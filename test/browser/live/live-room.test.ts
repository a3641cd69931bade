import type { Route } from 'playwright';
import { expect, it } from 'vitest';
import { difference } from '../pictures.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

interface Edge {
  data: { position: number[]; name?: string };
}

/** What the server says after a change: two crates come, everybody but Ada goes, Ada stands elsewhere. */
async function answerChanged(route: Route): Promise<void> {
  const response = await route.fetch();
  const body = await response.json();
  const documents = body.denormalized as Record<string, Edge & { edges?: string[] }>;
  const group = (kind: string) => Object.entries(documents).find(([url, d]) => d.edges?.length && url.endsWith(kind))?.[1];
  const furniture = group('furniture');
  const avatars = group('avatars');
  if (!furniture?.edges || !avatars?.edges) throw new Error(`groups not found in ${Object.keys(documents).slice(0, 9)}`);
  const crate = documents[furniture.edges[1]];
  for (const x of [-0.5, 0.5]) {
    documents[`#new/${x}`] = { ...crate, data: { ...crate.data, position: [x, 0, 2] } };
    furniture.edges.push(`#new/${x}`);
  }
  const ada = avatars.edges.find(url => documents[url].data.name === 'Ada') ?? '';
  avatars.edges = [ada];
  documents[ada].data.position = [1.5, 0, 2];
  await route.fulfill({ response, json: body });
}

it('an open room follows its documents: moved, added, gone, without a resource asked for twice', async () => {
  const room = '/rooms-test/small/room.json';
  // The route stands before the page opens: one added later can miss the next request.
  let changed = false;
  const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=${encodeURIComponent(room)}`, {
    before: page => page.route(`**${room}`, route => (changed ? answerChanged(route) : route.continue())),
  });
  await viewer.reach('complete');
  const view = { position: [0, 1.7, 5.5], target: [0, 0.9, 0] } as const;
  const before = await viewer.picture(1, view);
  const gpuObjects = await viewer.gpuObjects();
  changed = true;
  const asked: string[] = [];
  viewer.page.on('request', request => asked.push(request.url()));
  await viewer.ask(v => {
    const { session } = v;
    const edges = [...(session?.furniture ?? []), ...(session?.avatars ?? [])].map(({ info }) => info.url);
    session?.graph.invalidate(session.url, ...edges);
    v.play();
  });
  await expect.poll(() => viewer.ask(v => [v.session?.furniture.length, v.session?.avatars.length])).toEqual([12, 1]);
  expect(await viewer.ask(v => v.session?.avatar('Ada')?.group.matrix.elements[12])).toBeCloseTo(1.5);
  const after = await viewer.picture(1, view);
  expect(difference(before, after)).toBeGreaterThan(0.02);
  expect(asked.filter(url => url.includes('/resources/'))).toEqual([]);
  // Beside code.
  expect(asked.filter(url => !url.includes('/assets/')).map(url => new URL(url).pathname)).toEqual([room]);
  expect(await viewer.ask(v => v.state)).toBe('complete');
  // The new crates share the mesh and the material of the old ones.
  expect(await viewer.gpuObjects()).toBeLessThanOrEqual(gpuObjects);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});
