import type { InspectorString } from './english.ts';

/** The streaming inspector's words in German. */
export const german: Readonly<Record<InspectorString, string>> = {
  inspector: 'Ladeübersicht',
  'inspector.close': 'Ladeübersicht schließen',
  'inspector.resources': 'Dateien',
  'inspector.figures': 'Zahlen zum Laden',
  'column.class': 'Klasse',
  'column.name': 'Datei',
  'column.priority': 'Vorrang',
  'column.bytes': 'Bytes',
  'column.state': 'Zustand',
  'column.origin': 'Herkunft',
  'column.time': 'Zeit',
  'state.waiting': 'wartet',
  'state.cache': 'Platte',
  'state.network': 'Netz',
  'state.retrying': 'erneut',
  'state.done': 'fertig',
  'state.failed': 'fehlt',
  'state.aborted': 'abgebrochen',
  'state.decode': 'lesen',
  'state.upload': 'zur GPU',
  'summary.way':
    'Fenster {inflight} von {window}   {speed} Mbit/s   Umlauf {roundTrip} ms   {protocol}   wartend {waiting}   unterwegs {active}   erneut {retrying}',
  'summary.protocol': 'Protokoll unbekannt',
  'summary.totals':
    'Netz {received} in {requests} Anfragen   Cache {cache} in {hits}   geteilt {shared}   Wiederholungen {retries}   verdrängt {preempted}   vergebens {wasted}',
  'summary.work':
    'lesen {decoding} ({mode})   zur GPU {uploading}   letztes Bild {bytes} in {ms} von {budget} ms   längstes {longest} ms',
  'summary.workers': 'Worker',
  'summary.inline': 'Hauptthread',
  'summary.memory': 'Speicher {held} von {limit}   GPU {gpu}   Seite {page}   {heldBack} Texturen zurückgehalten',
  'summary.any': 'beliebig',
};
