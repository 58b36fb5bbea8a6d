import { create } from 'zustand';
import { wallClockMs } from '../../base/clock.ts';
import type { Failure } from '../engineStore.ts';
import { parseRoute } from '../route.ts';
import { goTo } from '../useRoute.ts';
import {
  changesOfPlay,
  DEFAULT_PLAY_SETTINGS,
  needsNewPlay,
  playSettingsFrom,
  type PlaySettings,
} from './playSettings.ts';
import { applyToPlay, NO_PLAY, type Awaited, type PlayChange, type PlayState } from './playState.ts';

interface PlayStore {
  readonly settings: PlaySettings;
  readonly play: PlayState;
  /** The URL follows, so that a link is enough to sit down at the same table. */
  setSettings(settings: PlaySettings): void;
  followLink(hash: string): void;
  begin(): void;
  leave(): void;
  change(change: PlayChange): void;
  /** Notes that somebody is asked; returns the name of the question. */
  ask(wanted: Awaited['wanted']): string;
  /** Ends a question that no answer can come to any more. */
  loseEngine(failure: Failure): void;
}

let asked = 0;

/** The play on screen. It outlives a look at another screen. */
export const usePlay = create<PlayStore>()((set, get) => ({
  settings: DEFAULT_PLAY_SETTINGS,
  play: NO_PLAY,
  setSettings: (settings) => {
    set(withSettings(settings));
    goTo({ screen: 'play', changes: changesOfPlay(settings) }, 'replace');
  },
  followLink: (hash) => {
    const route = parseRoute(hash);
    if (route.screen === 'play' && Object.keys(route.changes).length > 0)
      set(withSettings(playSettingsFrom(route.changes)));
  },
  begin: () => set({ play: applyToPlay(NO_PLAY, { kind: 'begun', episodeId: `play-${wallClockMs().toString(36)}` }) }),
  leave: () => set({ play: NO_PLAY }),
  change: (change) => set(({ play }) => ({ play: applyToPlay(play, change) })),
  ask: (wanted) => {
    const askId = `play-${++asked}`;
    get().change({ kind: 'asked', askId, wanted });
    return askId;
  },
  loseEngine: (failure) => {
    const { play, change } = get();
    if (play.awaited) change({ kind: 'play.failed', askId: play.awaited.askId, failure });
  },
}));

const withSettings = (settings: PlaySettings) => (store: PlayStore) => {
  const isNew = needsNewPlay(store.settings, settings);
  const isOtherAdviser = store.settings.adviser !== settings.adviser;
  // What another adviser has whispered, or is about to, is not this one's.
  const waitsForOther = isOtherAdviser && store.play.awaited?.wanted === 'whisper';
  const play = isOtherAdviser
    ? { ...store.play, whisper: null, awaited: waitsForOther ? null : store.play.awaited }
    : store.play;
  return { settings, play: isNew ? NO_PLAY : play };
};
