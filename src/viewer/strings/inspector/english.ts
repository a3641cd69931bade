/** The streaming inspector's words in English. */
export const english = {
  inspector: 'Streaming inspector',
  'inspector.close': 'Close the inspector',
  'inspector.resources': 'Resources',
  'inspector.figures': 'Figures of the stream',
  'column.class': 'class',
  'column.name': 'resource',
  'column.priority': 'priority',
  'column.bytes': 'bytes',
  'column.state': 'state',
  'column.origin': 'origin',
  'column.time': 'time',
  'state.waiting': 'waiting',
  'state.cache': 'disk',
  'state.network': 'network',
  'state.retrying': 'retrying',
  'state.done': 'done',
  'state.failed': 'failed',
  'state.aborted': 'cancelled',
  'state.decode': 'decode',
  'state.upload': 'upload',
  'summary.way':
    'window {inflight} of {window}   {speed} Mbit/s   round trip {roundTrip} ms   {protocol}   waiting {waiting}   active {active}   retrying {retrying}',
  'summary.protocol': 'unknown protocol',
  'summary.totals':
    'network {received} in {requests} requests   cache {cache} in {hits}   shared {shared}   retries {retries}   preempted {preempted}   wasted {wasted}',
  'summary.work':
    'decoding {decoding} ({mode})   uploading {uploading}   last frame {bytes} in {ms} of {budget} ms   longest {longest} ms',
  'summary.workers': 'workers',
  'summary.inline': 'main thread',
  'summary.memory': 'memory {held} of {limit}   GPU {gpu}   page {page}   {heldBack} textures held back',
  'summary.any': 'any',
};

export type InspectorString = keyof typeof english;
