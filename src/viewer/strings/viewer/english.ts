/** The viewer's words in English: what is read over the picture, and what a screen reader says. */
export const english = {
  room: 'A room in 3D',
  'room.kind': '3D room',
  retry: 'Try again',
  'open.opening': 'Opening the room',
  'open.offline': 'No network: the room opens as soon as there is one',
  'open.there': '{room} is there',
  progress: 'Loading the room',
  'progress.kB': '{done} of {all} kB',
  'progress.MB': '{done} of {all} MB',
  keys: 'Arrow keys look around, W A S D walk, plus and minus zoom, N looks at the next person, Home goes back to the door.',
  'hint.touch': 'Drag to look around, pinch to come nearer, tap somebody',
  'hint.mouse': 'Drag to look around, W A S D to walk, click somebody',
  'hint.met': 'Walk or drag to look elsewhere',
  'failed.one': 'One thing could not be loaded.',
  'failed.other': '{count} things could not be loaded.',
  'error.room': 'The room did not open',
  'error.no-webgl': 'This browser shows no 3D here',
  'error.no-webgl.help':
    'WebGL is switched off or not available. Another browser, or hardware acceleration switched on in this one, may help.',
  'error.taken-away': 'The picture was taken away',
  'error.taken-away.help': 'The page shows more 3D than this browser can draw, or its driver stopped.',
  'error.offline': 'There is no network. Try again when you are connected.',
  'error.not-found': 'There is no room at this address (HTTP {status}).',
  'error.server': 'The server answered with an error (HTTP {status}).',
  'error.unreachable': 'The server could not be reached.',
  'error.blank': 'The page does not say which: its src is blank.',
  'error.not-a-room': 'What is at this address is not a room ({reason}).',
  'error.not-a-room.at': 'What is at this address is not a room ({reason}, at {at}).',
};

export type ViewerString = keyof typeof english;
