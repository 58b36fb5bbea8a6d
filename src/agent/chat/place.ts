/** Where a request comes from, which decides what the platform lets through. */
export interface Place {
  /** Origin of the page that the code runs in; null outside browsers, where neither CORS nor mixed content exists. */
  readonly pageOrigin: string | null;
  isOnline(): boolean;
}

/** The names under which a page may reach its own machine without encryption (the page's Content-Security-Policy lists them). */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}
