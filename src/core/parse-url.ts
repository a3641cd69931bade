/** Parses a URL; undefined where it is none. `URL.canParse` came with Chrome 120, Firefox 115 and Safari 17. */
export function parseUrl(url: string, base?: string | URL): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}
