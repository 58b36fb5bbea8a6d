import { create } from 'zustand';
import { monotonicMs } from '../../base/clock.ts';

interface OfflineStore {
  /** Everything is kept in this browser: it works without a network. */
  readonly isKept: boolean;
  /** A newer version that waits to be used; null while there is none. */
  readonly waiting: ServiceWorker | null;
  /** Another tab has begun to use it: what this one has not loaded yet may be gone. */
  readonly isReplaced: boolean;
}

export const useOffline = create<OfflineStore>()(() => ({ isKept: false, waiting: null, isReplaced: false }));

/** A tab that is open for days looks for a newer version when somebody comes back to it. */
const LOOK_AGAIN_AFTER_MS = 3_600_000;

/** The person wants the newer version now. */
let isReloadDue = false;

/** Lets the browser keep the built files. Where it keeps none (a page without https, a private window), nothing is lost. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const wasControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (isReloadDue) location.reload();
    else if (wasControlled) useOffline.setState({ isReplaced: true });
  });
  try {
    const registration = await serviceWorker.register('./service-worker.js');
    void serviceWorker.ready.then(() => useOffline.setState({ isKept: true }));
    follow(registration);
    let lookedAt = monotonicMs();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || monotonicMs() - lookedAt < LOOK_AGAIN_AFTER_MS) return;
      lookedAt = monotonicMs();
      void registration.update().catch(() => undefined); // offline: there is no news
    });
  } catch {
    // The page works as it would without.
  }
}

function follow(registration: ServiceWorkerRegistration): void {
  const note = () => {
    const { waiting } = registration;
    if (waiting && navigator.serviceWorker.controller) useOffline.setState({ waiting });
  };
  note();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', note);
  });
}

/** Uses the newer version: this tab is loaded again with it. To be called while no tab trains. */
export function takeNewVersion(): void {
  const { waiting } = useOffline.getState();
  isReloadDue = true;
  if (waiting) waiting.postMessage('take-over');
  else location.reload();
}
