// Asks for the room's document while the code of the page is still to come. src/page.ts chooses the same room.
{
  const named = new URLSearchParams(location.search).get('room') || document.querySelector('meta[name=foyer-room]')?.content;
  const href = named || 'rooms/lounge/room.json';
  document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'fetch', crossOrigin: '', href }));
}
