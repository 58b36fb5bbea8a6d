import { readFile } from 'node:fs/promises';
import { AppError } from '../../src/base/errors.ts';
import { PRESET_NAMES, type PresetName } from '../../src/record/objectivePreset.ts';
import { couplingOf, isCoupled } from '../../src/training/objective/coupling.ts';
import { lossOfPart } from '../../src/training/objective/lossOfPart.ts';
import { sourcesOf } from '../../src/training/objective/needs.ts';
import { planBatch } from '../../src/training/objective/planBatch.ts';
import { PRESET_OBJECTIVES } from '../../src/training/objective/presets/presetObjectives.ts';
import { tallyMetrics } from '../../src/training/objective/tally.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { concatStatistics, readEpisodes, type ReadEpisodes } from '../objectiveEpisodes.ts';

export const weightsCommand: Command = {
  name: 'weights',
  summary: 'Prints what every objective makes of given episodes: advantages, ratios and the weight of each token.',
  options: {
    episodes: {
      value: 'FILE',
      help: 'JSON with log-probs, rewards, masks and groups (cli/objectiveEpisodes.ts)',
      isRequired: true,
    },
    preset: { value: 'NAME', help: `all, or one of ${PRESET_NAMES.join(', ')}`, fallback: 'all' },
  },
  run,
};

/** One preset's view of the episodes; numbers per token are in the order of the file. */
export interface PresetWeights {
  readonly preset: PresetName;
  /** Positions in the file of the episodes that the preset learns from. */
  readonly episodes: readonly number[];
  readonly loss: number;
  /** [episode][turn]; null where the episode is not in the loss. */
  readonly turnAdvantages: readonly (readonly number[] | null)[];
  readonly tokens: {
    readonly advantage: readonly number[];
    readonly ratio: readonly number[];
    /** d loss / d statistic. */
    readonly logProb: readonly number[];
    readonly entropy: readonly number[];
    readonly klToBase: readonly number[];
    readonly klFromBase: readonly number[];
  };
  readonly metrics: Readonly<Record<string, number>>;
}

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const path = options.text('episodes');
  const chosen = options.choice('preset', ['all', ...PRESET_NAMES]);
  const episodes = readEpisodes(await readJson(path));
  const names = chosen === 'all' ? PRESET_NAMES : PRESET_NAMES.filter((name) => name === chosen);
  const results = names.map((name) => weightsOrProblem(name, episodes));
  const [only] = results;
  if (chosen !== 'all' && only && 'problem' in only) throw only.problem;
  if (terminal.isJson) return results.map(asJson);
  for (const result of results) print(result, terminal);
  return results.map((result) => ('problem' in result ? asJson(result) : { preset: result.preset, loss: result.loss }));
}

function asJson(result: PresetWeights | Problem): unknown {
  if (!('problem' in result)) return result;
  const { what, why, fix } = result.problem;
  return { preset: result.preset, problem: { what, why, fix } };
}

/** @throws AppError when the preset cannot be computed from these episodes */
export function weightsOf(preset: PresetName, { batch, context, statistics }: ReadEpisodes): PresetWeights {
  const objective = PRESET_OBJECTIVES[preset];
  const known = sourcesOf(objective);
  const used = batch.flatMap(({ source }, index) => (known.has(source) ? [index] : []));
  const own = used.flatMap((index) => {
    const trajectory = batch[index];
    if (!trajectory) return [];
    const parent = trajectory.fork ? used.indexOf(trajectory.fork.parent) : -1;
    return [{ ...trajectory, fork: trajectory.fork && parent >= 0 ? { ...trajectory.fork, parent } : null }];
  });
  const now = concatStatistics(used.flatMap((index) => statistics[index] ?? []));
  const plan = planBatch(objective, own, context);
  const coupling = isCoupled(objective) ? { coupling: couplingOf(plan, now.logProbs) } : {};
  const result = lossOfPart(
    plan,
    own.map((_, index) => index),
    now,
    coupling,
  );
  return {
    preset,
    episodes: used,
    loss: result.loss,
    turnAdvantages: plan.turnAdvantages,
    tokens: {
      advantage: plan.trajectories.flatMap(({ advantages }) => [...advantages]),
      ratio: [...result.ratios],
      logProb: [...result.logProb],
      entropy: [...result.entropy],
      klToBase: [...result.klToBase],
      klFromBase: [...result.klFromBase],
    },
    metrics: { ...plan.metrics, ...tallyMetrics(result.tally) },
  };
}

interface Problem {
  readonly preset: PresetName;
  readonly problem: AppError;
}

/** With `all`, one preset that lacks something does not hide the others. */
function weightsOrProblem(preset: PresetName, episodes: ReadEpisodes): PresetWeights | Problem {
  try {
    return weightsOf(preset, episodes);
  } catch (thrown) {
    if (thrown instanceof AppError) return { preset, problem: thrown };
    throw thrown;
  }
}

function print(result: PresetWeights | Problem, terminal: Terminal): void {
  if ('problem' in result) return terminal.line(`${result.preset}: ${result.problem.what} ${result.problem.why}`);
  const { preset, loss, tokens } = result;
  terminal.line(`\n${preset}   loss ${loss.toPrecision(8)}`);
  terminal.line('  token   advantage       ratio   d/d log-prob   d/d entropy   d/d KL(π‖base)   d/d KL(base‖π)');
  tokens.logProb.forEach((weight, token) => {
    const columns = [tokens.advantage, tokens.ratio].map((values) => (values[token] ?? 0).toFixed(5).padStart(11));
    const slopes = [[weight], [tokens.entropy[token]], [tokens.klToBase[token]], [tokens.klFromBase[token]]];
    const widths = [14, 13, 16, 16];
    const rest = slopes.map(([value], column) => shortened(value ?? 0).padStart(widths[column] ?? 0));
    terminal.line(`  ${`${token}`.padStart(5)} ${columns.join(' ')} ${rest.join(' ')}`);
  });
}

function shortened(value: number): string {
  return value === 0 ? '0' : value.toPrecision(6);
}

async function readJson(path: string): Promise<unknown> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    return json;
  } catch (cause) {
    throw usage(
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Name a JSON file with --episodes.',
    );
  }
}
