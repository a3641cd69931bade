/** One visitor of a crowd, whatever server they visit. */
export interface CrowdMember {
  /** Changes the own outfit to one that bears `key`; resolves when the server has acknowledged it. */
  change(key: string): Promise<void>;
  /** Begins a walk; nobody waits for it. */
  walk(step: number): void;
  /** Bytes received on the stream of events. */
  readonly bytes: number;
  close(): void;
}

export interface CrowdEvents {
  /** A change with this key arrived. */
  changed(key: string): void;
  walked(): void;
}

export type Join = (options: {
  readonly url: string;
  readonly room: number;
  readonly index: number;
  readonly events: CrowdEvents;
}) => Promise<CrowdMember>;
