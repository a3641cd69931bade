/** Returns whether a request comes from a browser that wants a page to show. @param accept - header `Accept`. */
export function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') ?? false;
}

/** The page at an address where there is nothing. It repeats nothing of the request. @param home - URL of the site, escaped as `URL.href` is. */
export function notFoundPage(home: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>Not found · Foyer</title>
<body style="display: grid; min-height: 90vh; place-content: center; text-align: center; font: 18px/1.5 Georgia, serif">
<h1>There is nothing at this address</h1>
<p><a href="${home}">Open the first room</a></p>
</body>
</html>
`;
}
