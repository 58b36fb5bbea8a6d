import { create } from 'zustand';
import type { Talk } from '../../../workers/protocol.ts';
import type { Failure } from '../engineStore.ts';
import { parseRoute } from '../route.ts';
import { goTo } from '../useRoute.ts';
import { applyToTalk, NO_TALK, pendingEntry, talkOrder, type TalkChange, type TalkState } from './talkState.ts';
import {
  changesOfTalk,
  DEFAULT_TALK_SETTINGS,
  needsNewStart,
  talkSettingsFrom,
  type TalkSettings,
} from './talkSettings.ts';

interface TalkStore {
  readonly settings: TalkSettings;
  readonly talk: TalkState;
  /** The URL follows, so that a link is enough to repeat the talk. */
  setSettings(settings: TalkSettings): void;
  followLink(hash: string): void;
  startAgain(): void;
  change(change: TalkChange): void;
  /** Notes that the model is asked for its turn; returns what to ask. */
  ask(): { readonly askId: string; readonly talk: Talk };
  /** Ends a question that no answer can come to any more. */
  loseEngine(failure: Failure): void;
}

let asked = 0;

/** The talk on screen. It outlives a look at another screen. */
export const useTalk = create<TalkStore>()((set, get) => ({
  settings: DEFAULT_TALK_SETTINGS,
  talk: NO_TALK,
  setSettings: (settings) => {
    set(withSettings(settings));
    goTo({ screen: 'talk', changes: changesOfTalk(settings) }, 'replace');
  },
  followLink: (hash) => {
    const route = parseRoute(hash);
    if (route.screen === 'talk' && Object.keys(route.changes).length > 0)
      set(withSettings(talkSettingsFrom(route.changes)));
  },
  startAgain: () => set({ talk: NO_TALK }),
  change: (change) => set(({ talk }) => ({ talk: applyToTalk(talk, change) })),
  ask: () => {
    const { talk, settings } = get();
    const askId = `ask-${++asked}`;
    set({ talk: applyToTalk(talk, { kind: 'asked', askId }) });
    return { askId, talk: talkOrder(talk, settings) };
  },
  loseEngine: (failure) =>
    set(({ talk }) => {
      const askId = pendingEntry(talk)?.askId;
      return askId === undefined ? {} : { talk: applyToTalk(talk, { kind: 'talk.failed', askId, failure }) };
    }),
}));

const withSettings = (settings: TalkSettings) => (store: TalkStore) => ({
  settings,
  talk: needsNewStart(store.settings, settings) ? NO_TALK : store.talk,
});
