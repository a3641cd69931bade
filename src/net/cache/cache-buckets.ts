/** The part of CacheStorage that is used. */
export interface CacheBuckets {
  open(name: string): Promise<CacheBucket>;
}

export interface CacheBucket {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

/** Of entries in CacheStorage; the hash follows. */
export const KEY = 'https://cache.foyer.invalid/sha256/';
