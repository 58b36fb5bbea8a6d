import { expect, test } from 'vitest';
import { rulePlayersOf } from '../../agent/rulePlayers.ts';
import { Episode } from '../../record/episode.ts';
import { ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { Rating } from '../../record/rating.ts';
import { PlayOrder, type PlayTurn } from '../../../workers/playProtocol.ts';
import { episodeOfPlay, ratingsOfPlay } from './episodeOfPlay.ts';
import { turnOrder, whisperOrder } from './playOrder.ts';
import { nextOf, readPlay } from './playReading.ts';
import {
  changesOfPlay,
  DEFAULT_PLAY_SETTINGS,
  needsNewPlay,
  partnerSeatOf,
  playSettingsFrom,
  stageOf,
  withNextScenario,
  type PlaySettings,
} from './playSettings.ts';
import { applyToPlay, NO_PLAY, type PlayChange, type PlayState } from './playState.ts';

const after = (changes: readonly PlayChange[], start: PlayState = NO_PLAY) => changes.reduce(applyToPlay, start);
const said = (seat: 0 | 1, utterance: string, draws: number[][] = []): PlayTurn => ({
  seat,
  strategy: draws.length > 0 ? 'hold firm' : null,
  utterance,
  unreadable: null,
  draws,
});
const stageFor = (settings: PlaySettings) => {
  const stage = stageOf(settings, []);
  if (!stage) throw new Error('a stage was expected');
  return stage;
};
const BEGUN: PlayChange = { kind: 'begun', episodeId: 'play-1' };
const failure = { code: 'run-active', what: 'what', why: 'why', fix: 'fix' };

test('settings survive the trip through a link, and nonsense in it is the default', () => {
  const settings = {
    ...DEFAULT_PLAY_SETTINGS,
    seed: 12,
    seat: 'B' as const,
    adviser: 'checkpoint:run-1-2',
    place: '3',
  };
  expect(playSettingsFrom(changesOfPlay(settings))).toEqual(settings);
  expect(playSettingsFrom({ seed: '-3', partner: 'script:nobody', place: 'x', adviser: 'me' })).toEqual(
    DEFAULT_PLAY_SETTINGS,
  );
  expect(withNextScenario(settings).place).toBe('4');
  expect(stageFor(withNextScenario(DEFAULT_PLAY_SETTINGS)).scenario.id).not.toBe(
    stageFor(DEFAULT_PLAY_SETTINGS).scenario.id,
  );
});

test('an adviser may come and go; another partner is a new play', () => {
  expect(needsNewPlay(DEFAULT_PLAY_SETTINGS, { ...DEFAULT_PLAY_SETTINGS, adviser: 'base:parley-mini' })).toBe(false);
  expect(needsNewPlay(DEFAULT_PLAY_SETTINGS, { ...DEFAULT_PLAY_SETTINGS, partner: 'script:teacher' })).toBe(true);
});

test('every environment can be played, and has somebody by rule at the other side', () => {
  for (const environment of ENVIRONMENT_NAMES) {
    const settings = playSettingsFrom({ environment, partner: 'script:teacher', adviser: 'base:parley-small' });
    const stage = stageFor(settings);
    const called = { settings, stage, turns: [], trained: [], server: null };
    expect(rulePlayersOf(environment)).toContain('teacher');
    expect(PlayOrder.parse(whisperOrder(called))).toMatchObject({ seat: 0, agent: { kind: 'person' } });
    if (stage.environment.worldReply) continue;
    const order = PlayOrder.parse(turnOrder(called));
    expect(order).toMatchObject({ seat: 1, agent: { kind: 'script', name: 'teacher' }, strategist: { kind: 'none' } });
  }
}, 60_000); // the scenarios of all environments are drawn

test('a whisper becomes the strategy of the person’s turn; news of a question that was left changes nothing', () => {
  const whispered = after([
    BEGUN,
    { kind: 'asked', askId: 'a', wanted: 'whisper' },
    { kind: 'play.streamed', askId: 'a', role: 'strategist', text: 'hold' },
    { kind: 'play.answered', askId: 'a', turn: said(0, '', [[7, 2]]) },
  ]);
  expect(whispered).toMatchObject({ awaited: null, whisper: { strategy: 'hold firm', draws: [[7, 2]] } });
  const spoken = after([{ kind: 'spoke', seat: 0, utterance: 'no' }], whispered);
  expect(spoken.turns).toEqual([said(0, 'no', [[7, 2]])]);
  expect(spoken.whisper).toBeNull();
  expect(applyToPlay(spoken, { kind: 'play.answered', askId: 'a', turn: said(1, 'late') })).toBe(spoken);
  const taken = after([{ kind: 'undone', personSeat: 0 }], after([{ kind: 'rated', turnIndex: 0, value: 1 }], spoken));
  expect(taken).toMatchObject({ turns: [], whisper: { strategy: 'hold firm' }, ratings: {} });
});

test('a failure can be asked again; a rating can be taken back', () => {
  const asked = after([BEGUN, { kind: 'asked', askId: 'a', wanted: 'turn' }]);
  const failed = after([{ kind: 'play.failed', askId: 'a', failure }], asked);
  expect(failed).toMatchObject({ awaited: null, failure });
  expect(after([{ kind: 'retried' }], failed).failure).toBeNull();
  const rated = after([
    { kind: 'rated', turnIndex: 2, value: 1 },
    { kind: 'rated', turnIndex: 0, value: -1 },
    { kind: 'rated', turnIndex: 2, value: null },
  ]);
  expect(rated.ratings).toEqual({ 0: -1 });
});

test('a finished play is an episode that earned its points, and its ratings name it', () => {
  const stage = stageFor(DEFAULT_PLAY_SETTINGS);
  const reading = readPlay(stage, [said(0, "I'll take everything."), said(1, 'deal', [[4], [5, 3]])]);
  expect(nextOf(reading, 0)).toBe('over');
  const outcome = stage.environment.outcome(reading.state);
  if (!outcome) throw new Error('an outcome was expected');
  const episode = episodeOfPlay('play-1', reading, outcome);
  expect(Episode.parse(structuredClone(episode))).toEqual(episode);
  expect(episode).toMatchObject({ endReason: 'agreement', points: [10, 0], trainedSeats: [] });
  expect(episode.turns.map(({ reward, returnToGo }) => [reward, returnToGo])).toEqual([
    [1, 1],
    [0, 0],
  ]);
  const ratings = ratingsOfPlay('play-1', { ratings: { 1: -1 } }, 5);
  expect(ratings.map((rating) => Rating.parse(rating))).toEqual([
    { episodeId: 'play-1', turnIndex: 1, value: -1, ratedAtMs: 5 },
  ]);
});

test('the world answers for itself, and a reply that nobody can read is invalid', () => {
  const settings = playSettingsFrom({ environment: 'household' });
  const stage = stageFor(settings);
  const reading = readPlay(stage, [said(0, 'look')]);
  expect(nextOf(reading, 0)).toBe('world');
  expect(partnerSeatOf(settings)).toBe(1);
  const deal = stageFor(DEFAULT_PLAY_SETTINGS);
  const unread = readPlay(deal, [{ ...said(0, ''), unreadable: 'it was not in the form' }]);
  expect(unread.turns[0]?.action).toEqual({ kind: 'invalid', reason: 'it was not in the form' });
});
