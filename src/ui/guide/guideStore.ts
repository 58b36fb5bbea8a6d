import { create } from 'zustand';
import { parseRoute } from '../route.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { GUIDE, stepNow, type GuideSituation } from './guide.ts';

interface GuideStore {
  /** Index in `GUIDE`; null: nobody is guided. */
  readonly step: number | null;
  start(): void;
  /** To the next step, or through with it. */
  next(): void;
  follow(situation: GuideSituation): void;
  /** For this visit and all that come. */
  close(): void;
}

const PREFERENCE = 'guide';

/** The guide on screen. It comes by itself once: to whoever opens the lab and not somebody's link. */
export const useGuide = create<GuideStore>()((set, get) => {
  const moveTo = (step: number) => (step >= GUIDE.length ? get().close() : set({ step }));
  return {
    step: isFirstVisit() ? 0 : null,
    start: () => set({ step: 0 }),
    next: () => moveTo((get().step ?? 0) + 1),
    follow: (situation) => {
      const { step } = get();
      if (step === null) return;
      const now = stepNow(step, situation);
      if (now !== step) moveTo(now);
    },
    close: () => {
      writePreference(PREFERENCE, 'closed');
      set({ step: null });
    },
  };
});

function isFirstVisit(): boolean {
  if (typeof location === 'undefined' || readPreference(PREFERENCE) !== null) return false;
  const route = parseRoute(location.hash);
  return route.screen === 'train' && Object.keys(route.changes).length === 0;
}
