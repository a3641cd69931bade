import { defineRoomViewer, type RoomViewer } from './viewer/element/room-viewer.ts';

// Before the viewer starts, which takes 0.2 s and more.
globalThis.foyerEarly?.requestRest?.();

// The viewer's own page: `?room=URL` opens another room than the one in the markup; `?quality=low|auto|high`,
// `?memory=64` (MiB) and `?renderer=three` set these attributes.
const viewer = document.querySelector<RoomViewer>('room-viewer');
const query = new URLSearchParams(location.search);
// A server of live rooms names one here: the page opens that instead.
const live = document.querySelector<HTMLMetaElement>('meta[name=foyer-room]')?.content;
if (live) viewer?.setAttribute('src', live);
for (const [parameter, attribute] of [
  ['room', 'src'],
  ['quality', 'quality'],
  ['memory', 'memory'],
  ['renderer', 'renderer'],
]) {
  const value = query.get(parameter);
  if (value) viewer?.setAttribute(attribute, value);
}
// The markup's poster is of the lounge.
if (viewer && !viewer.getAttribute('src')?.includes('/lounge')) {
  viewer.removeAttribute('poster');
  viewer.style.setProperty('--foyer-placeholder', 'none');
}
viewer?.addEventListener('interactive', () => {
  const name = viewer.session?.root.name;
  if (name) document.title = `${name} · Foyer`;
});
defineRoomViewer();
// Links to a view or to somebody: their code comes with the first, and after the room otherwise.
if (viewer) {
  const follow = () =>
    import('./viewer/meeting/sharing/follow-view-links.ts').then(
      code => code.followViewLinks(viewer),
      () => {},
    );
  if (location.hash) void follow();
  else viewer.addEventListener('interactive', follow, { once: true });
}
