/** Small choices that outlive a visit. Where the browser blocks site data they last as long as the page. */

const inMemory = new Map<string, string>();

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(`parley.${name}`);
  } catch {
    return inMemory.get(name) ?? null;
  }
}

export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`parley.${name}`, value);
  } catch {
    inMemory.set(name, value);
  }
}
