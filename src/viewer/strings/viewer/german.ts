import type { ViewerString } from './english.ts';

/** The viewer's words in German. */
export const german: Readonly<Record<ViewerString, string>> = {
  room: 'Ein Raum in 3D',
  'room.kind': '3D-Raum',
  retry: 'Noch einmal versuchen',
  'open.opening': 'Der Raum wird geöffnet',
  'open.offline': 'Kein Netz: Der Raum öffnet sich, sobald es eines gibt',
  'open.there': '{room} ist da',
  progress: 'Der Raum wird geladen',
  'progress.kB': '{done} von {all} kB',
  'progress.MB': '{done} von {all} MB',
  keys: 'Die Pfeiltasten drehen den Blick, W A S D gehen, Plus und Minus zoomen, N blickt zur nächsten Person, Pos1 geht zurück zur Tür.',
  'hint.touch': 'Ziehen zum Umsehen, zwei Finger zum Näherkommen, jemanden antippen',
  'hint.mouse': 'Ziehen zum Umsehen, W A S D zum Gehen, jemanden anklicken',
  'hint.met': 'Gehen oder ziehen, um woanders hinzusehen',
  'failed.one': 'Etwas konnte nicht geladen werden.',
  'failed.other': '{count} Dinge konnten nicht geladen werden.',
  'error.room': 'Der Raum hat sich nicht geöffnet',
  'error.no-webgl': 'Dieser Browser zeigt hier kein 3D',
  'error.no-webgl.help':
    'WebGL ist abgeschaltet oder nicht vorhanden. Ein anderer Browser oder eingeschaltete Hardwarebeschleunigung kann helfen.',
  'error.taken-away': 'Das Bild wurde weggenommen',
  'error.taken-away.help': 'Die Seite zeigt mehr 3D, als dieser Browser zeichnen kann, oder sein Treiber hat angehalten.',
  'error.offline': 'Es gibt kein Netz. Versuchen Sie es noch einmal, wenn Sie verbunden sind.',
  'error.not-found': 'An dieser Adresse ist kein Raum (HTTP {status}).',
  'error.server': 'Der Server hat mit einem Fehler geantwortet (HTTP {status}).',
  'error.unreachable': 'Der Server war nicht zu erreichen.',
  'error.blank': 'Die Seite sagt nicht, welcher: Ihr src ist leer.',
  'error.not-a-room': 'An dieser Adresse ist kein Raum ({reason}).',
  'error.not-a-room.at': 'An dieser Adresse ist kein Raum ({reason}, bei {at}).',
};
