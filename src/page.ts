import { defineRoomViewer, type RoomViewer } from './viewer/room-viewer.ts';

// The viewer's own page: `?room=URL` opens another room than the one in the markup.
const viewer = document.querySelector<RoomViewer>('room-viewer');
const room = new URLSearchParams(location.search).get('room');
if (viewer && room) viewer.setAttribute('src', room);
viewer?.addEventListener('interactive', () => {
  const name = viewer.session?.root.name;
  if (name) document.title = `${name} · Foyer`;
});
defineRoomViewer();
