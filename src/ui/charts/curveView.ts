import { create } from 'zustand';
import { readPreference, writePreference } from '../preferences.ts';

interface CurveView {
  /** How much of the past a drawn curve keeps at each update, in [0, 1); 0 draws what was measured. */
  readonly keep: number;
  /** Whether curves that powers of ten suit are drawn on them. */
  readonly isLog: boolean;
  /** The part of the x axis that is drawn, as shares of the whole. */
  readonly zoom: Zoom;
  setKeep(keep: number): void;
  setLog(isLog: boolean): void;
  /** Wider than nothing, and within the whole; the ends may come in any order. */
  setZoom(zoom: Zoom): void;
}

export type Zoom = readonly [from: number, to: number];
export const WHOLE: Zoom = [0, 1];
/** Narrower than this share nothing could be told apart. */
const NARROWEST = 1e-3;

export const MOST_KEPT = 0.95;
const USUAL_KEEP = 0.6;

/** How curves are drawn, on every screen; kept for the next visit. */
export const useCurveView = create<CurveView>()((set) => ({
  keep: storedKeep(),
  isLog: readPreference('curves-log') === 'on',
  zoom: WHOLE,
  setKeep: (keep) => {
    writePreference('curves-keep', String(keep));
    set({ keep });
  },
  setLog: (isLog) => {
    writePreference('curves-log', isLog ? 'on' : 'off');
    set({ isLog });
  },
  setZoom: ([one, other]) => {
    const from = Math.max(0, Math.min(one, other));
    const to = Math.min(1, Math.max(one, other));
    if (to - from >= NARROWEST) set({ zoom: [from, to] });
  },
}));

function storedKeep(): number {
  const text = readPreference('curves-keep');
  const keep = text === null ? NaN : Number(text);
  return keep >= 0 && keep <= MOST_KEPT ? keep : USUAL_KEEP;
}
