import { AppError, explain } from '../src/base/errors.ts';
import { NO_CHATS, type Chats } from '../src/agent/chat/chat.ts';
import { monotonicMs } from '../src/base/clock.ts';
import type { Engine } from '../src/policy/engine.ts';
import type { Cost, ExperimentOrder } from '../src/record/experiment.ts';
import type { ExperimentResults } from '../src/record/experimentReport.ts';
import { costsOf, estimatedSeconds, partsOfAll } from '../src/experiments/parts.ts';
import { knownOfStages, readCosts, readFailures } from '../src/experiments/archive.ts';
import { runStages, type ExperimentNews } from '../src/experiments/play/runExperiment.ts';
import type { OpenModel } from '../src/experiments/play/stage.ts';
import { orderLink } from '../src/experiments/orderLink.ts';
import { workOf, type Recipe } from '../src/experiments/recipe.ts';
import { htmlOf } from '../src/experiments/report/html.ts';
import { markdownOf } from '../src/experiments/report/markdown.ts';
import { missingParts, resultsOf } from '../src/experiments/results.ts';
import type { Terminal } from './arguments.ts';
import type { ExperimentFolder } from './experimentFolder.ts';
import { loadModel, openEngine } from './loadModel.ts';

export interface ExperimentCall {
  readonly recipe: Recipe;
  readonly order: ExperimentOrder;
  readonly folder: ExperimentFolder;
  /** Stop after so long; what is done stays. null: go on to the end. */
  readonly minutes: number | null;
  /** Say what it would take, and do nothing. */
  readonly isEstimate: boolean;
  readonly chats?: Chats;
}

/**
 * Says what the experiment will take, does what is missing, and writes `<recipe>.json`, `.html`, `.md` (functions of the
 * order) and `<recipe>.costs.json` (times of its parts), also when it is broken off.
 */
export async function experiment(call: ExperimentCall, terminal: Terminal): Promise<unknown> {
  const { recipe, order, folder, isEstimate } = call;
  const stages = recipe.stages(order);
  await folder.sweep();
  const before = await knownOfStages(folder.journals, stages);
  const missing = missingParts(recipe, order, before);
  const estimate = estimatedSeconds(missing, await readCosts(folder.journals)) / 60;
  terminal.line(
    `${recipe.title}: ${missing.length} parts to do, about ${estimate.toFixed(0)} minutes here. In a page: ${orderLink(order)}`,
  );
  if (isEstimate) return { recipe: recipe.name, order, parts: missing.length, minutes: estimate };

  const abort = new AbortController();
  const stop = () => abort.abort(interrupted('Somebody stopped it.'));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const { minutes } = call;
  const isOver = () => abort.abort(interrupted(`${minutes} minutes are over.`));
  const clock = minutes === null ? null : setTimeout(isOver, minutes * 60_000);
  const models = new Models();
  const startedAt = monotonicMs();
  let stopped: string | null = null;
  try {
    const news = runStages(stages, {
      archive: folder,
      open: (name, environment) => models.open(name, environment),
      adapter: 'Dawn',
      signal: abort.signal,
      chats: call.chats ?? NO_CHATS,
    });
    for await (const one of news) {
      tell(one, terminal);
      if (one.kind === 'part.finished') await writeReports(call);
    }
  } catch (thrown) {
    if (!abort.signal.aborted) throw thrown;
    stopped = explain(abort.signal.reason).why;
    terminal.line(`${stopped} The same command goes on from here.`);
  } finally {
    if (clock) clearTimeout(clock);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    models.dispose();
  }
  const results = await writeReports(call);
  return {
    isComplete: results.isComplete,
    ...(stopped !== null && { stopped }),
    failures: results.failures,
    minutes: (monotonicMs() - startedAt) / 60_000,
    files: ['json', 'html', 'md', 'costs.json'].map((ending) => `${folder.out}/${recipe.name}.${ending}`),
  };
}

async function writeReports({ recipe, order, folder }: ExperimentCall): Promise<ExperimentResults> {
  const known = await knownOfStages(folder.journals, recipe.stages(order));
  const results = resultsOf(recipe, order, known, await readFailures(folder.journals));
  await folder.write(`${recipe.name}.json`, `${JSON.stringify(results, null, 1)}\n`);
  await folder.write(`${recipe.name}.html`, htmlOf(recipe.title, results));
  await folder.write(`${recipe.name}.md`, markdownOf(recipe.title, results));
  const costs = costsOf(partsOfAll(workOf(recipe, order, known)), await readCosts(folder.journals));
  await folder.write(
    `${recipe.name}.costs.json`,
    `${JSON.stringify({ minutes: minutesOf(costs), parts: costs }, null, 1)}\n`,
  );
  return results;
}

function minutesOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
}

function tell(news: ExperimentNews, terminal: Terminal): void {
  switch (news.kind) {
    case 'part.progressed':
      return terminal.progress((news.done + news.share) / Math.max(1, news.parts), news.part);
    case 'part.finished':
      return terminal.line(`part ${news.done} of ${news.parts}  ${news.part}  ${news.seconds.toFixed(0)} s`);
    case 'part.failed':
      return terminal.line(`failed: ${news.part}\n  ${news.failure.what} ${news.failure.why}`);
  }
}

/** Every model with its engine, each opened when it is first needed. */
class Models {
  private readonly opened = new Map<string, Promise<OpenModel>>();
  private readonly engines: Engine[] = [];

  open(name: string, environment: ExperimentOrder['environment']): Promise<OpenModel> {
    // An untrained model knows the words of its environment.
    const key = name.startsWith('tiny:') ? `${name} ${environment}` : name;
    const opening = this.opened.get(key) ?? this.load(name, environment);
    this.opened.set(key, opening);
    return opening;
  }

  dispose(): void {
    for (const engine of this.engines) engine.dispose();
  }

  private async load(name: string, environment: ExperimentOrder['environment']): Promise<OpenModel> {
    const { name: modelName, model } = await loadModel(name, environment);
    const { engine } = await openEngine(model);
    this.engines.push(engine);
    return { modelName, model, engine };
  }
}

function interrupted(why: string): AppError {
  return new AppError('interrupted', {
    what: 'The experiment was broken off.',
    why,
    fix: 'Run the same command again: it goes on where it was.',
  });
}
