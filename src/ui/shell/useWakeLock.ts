import { useEffect } from 'react';
import { useRun } from '../runStore.ts';

/** Keeps the screen on while a run trains: a sleeping device trains nothing. Browsers let go of it in hidden tabs. */
export function useWakeLock(): void {
  const isTraining = useRun(({ run }) => run.status === 'starting' || run.status === 'running');
  useEffect(() => {
    if (!isTraining || !('wakeLock' in navigator)) return;
    let isWanted = true;
    let sentinel: WakeLockSentinel | null = null;
    const take = async () => {
      if (document.visibilityState !== 'visible' || (sentinel && !sentinel.released)) return;
      try {
        const taken = await navigator.wakeLock.request('screen');
        if (isWanted) sentinel = taken;
        else await taken.release();
      } catch {
        // A low battery, or a person's settings: the run goes on as far as the device does.
      }
    };
    const retake = () => void take();
    retake();
    document.addEventListener('visibilitychange', retake);
    return () => {
      isWanted = false;
      document.removeEventListener('visibilitychange', retake);
      void sentinel?.release();
    };
  }, [isTraining]);
}
