import { create } from 'zustand';
import { readPreference, writePreference } from '../preferences.ts';

interface CurveView {
  /** How much of the past a drawn curve keeps at each update, in [0, 1); 0 draws what was measured. */
  readonly keep: number;
  /** Whether curves that powers of ten suit are drawn on them. */
  readonly isLog: boolean;
  setKeep(keep: number): void;
  setLog(isLog: boolean): void;
}

export const MOST_KEPT = 0.95;
const USUAL_KEEP = 0.6;

/** How curves are drawn, on every screen; kept for the next visit. */
export const useCurveView = create<CurveView>()((set) => ({
  keep: storedKeep(),
  isLog: readPreference('curves-log') === 'on',
  setKeep: (keep) => {
    writePreference('curves-keep', String(keep));
    set({ keep });
  },
  setLog: (isLog) => {
    writePreference('curves-log', isLog ? 'on' : 'off');
    set({ isLog });
  },
}));

function storedKeep(): number {
  const text = readPreference('curves-keep');
  const keep = text === null ? NaN : Number(text);
  return keep >= 0 && keep <= MOST_KEPT ? keep : USUAL_KEEP;
}
