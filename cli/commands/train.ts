import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { wallClockMs } from '../../src/base/clock.ts';
import { AppError, isAbort, type Explanation } from '../../src/base/errors.ts';
import { runEnvironment } from '../../src/environment/runEnvironment.ts';
import { callsAgentModel, NEW_ADAPTER, RunConfig, withOwnModel } from '../../src/record/runConfig.ts';
import { readAdapter } from '../../src/policy/formats/peft.ts';
import { limitContext } from '../../src/policy/modelConfig.ts';
import { weightFiles } from '../../src/storage/export/weights.ts';
import { assertStartable, splitsOf } from '../../src/training/gather/assertGatherable.ts';
import { RunControl } from '../../src/training/runControl.ts';
import { assertRecallable } from '../../src/training/offline/assertRecallable.ts';
import { nameOfStart, startingCheckpoint } from '../../src/training/offline/startFrom.ts';
import { train, type TrainingNews } from '../../src/training/train.ts';
import { assertSuits } from '../../src/training/trainerState.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { loadAt } from '../checkpointWeights.ts';
import { KEY_HELP, openChats, serversFrom, SERVER_OPTIONS } from '../chats.ts';
import { AGENT_MODEL_HELP, nobodyActs, openBeside } from '../agentModel.ts';
import { builtInNamed, folderSource, loadModel, MODEL_HELP, openEngine, tinyNamed } from '../loadModel.ts';
import { openPack, PACK_OPTION } from '../packEnvironment.ts';
import { ReplyFolder } from '../replyFolder.ts';
import { askRule } from '../ruleThread.ts';
import { RUN_ID, RunFolder } from '../runFolder.ts';
import { OFFLINE_NAMES, OFFLINE_OPTIONS, withLesson } from './offline.ts';

export const trainCommand: Command = {
  name: 'train',
  summary: `Trains a strategist; writes metrics, episodes and evaluations (.jsonl), checkpoints/ and export/ below --out. ${KEY_HELP}`,
  options: {
    out: { value: 'DIR', help: 'where the run lives', isRequired: true },
    config: { value: 'FILE', help: 'JSON with knobs that differ from the defaults' },
    seed: { value: 'S', help: 'overrides the seed of the config' },
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise that of the config or of the resumed run` },
    'agent-model': { value: 'MODEL', help: AGENT_MODEL_HELP },
    adapter: { value: 'DIR', help: 'PEFT adapter to start from, with the config’s loraRank and loraAlpha' },
    ...SERVER_OPTIONS,
    pack: PACK_OPTION,
    ...OFFLINE_OPTIONS,
    resume: { help: 'go on from the newest checkpoint below --out' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const out = options.text('out');
  const folder = new RunFolder(out);
  const own = ['config', 'seed', 'pack', 'adapter', ...OFFLINE_NAMES].find((name) => options.optional(name) !== null);
  if (options.isSet('resume') && own !== undefined) {
    throw usage(
      'A resumed run goes on with its own config and seed, its own scenarios and dialogues.',
      `Leave --${own} out, or start a new --out.`,
    );
  }
  const newest = options.isSet('resume') ? await folder.newest() : null;
  if (options.isSet('resume') && !newest) throw nothingToResume(out);
  if (!newest && (await folder.hasCheckpoints())) throw alreadyThere(out);
  const ordered = newest
    ? withOwnModel(await readConfig(folder.path('config.json')), newest.manifest.modelName)
    : await configFrom(options);
  const fromPath = options.optional('from');
  const from = fromPath === null ? null : await loadAt(fromPath);
  const lesson = newest
    ? { config: ordered, dialogues: await folder.dialogues(ordered) }
    : await withLesson(options, ordered, terminal);
  const config = {
    ...lesson.config,
    servers: await serversFrom(options, ordered.servers),
    ...(from && { startedFrom: nameOfStart(from, fromPath) }),
  };
  const agentModelName = options.optional('agent-model') ?? newest?.manifest.agentModel?.name ?? config.agentModel;
  if (options.optional('agent-model') !== null && !callsAgentModel(config)) throw nobodyActs();
  assertStartable(config, true);
  const chats = openChats(config.servers, new ReplyFolder(folder.path('replies')), process.env);
  const packPath = newest ? await folder.packPath() : options.optional('pack');
  const pack =
    packPath === null ? null : await openPack(packPath, config.environment, splitsOf(config), chats.judge !== null);
  const { name, model: loaded } = await loadModel(
    options.optional('model') ?? newest?.manifest.modelName ?? config.model,
    config.environment,
  );
  const model = { ...loaded, config: limitContext(loaded.config, config.contextLimit) };
  const acting = callsAgentModel(config) ? await loadModel(agentModelName, config.environment) : null;
  const adapterPath = options.optional('adapter');
  if (config.adapter !== NEW_ADAPTER && adapterPath === null && !newest) throw adapterElsewhere(config.adapter);
  const adapter = adapterPath === null ? null : await readAdapter(folderSource(adapterPath), model.config);
  if (newest) assertSuits(newest, model.config);
  const about = { runId: RUN_ID, modelName: name, model: model.config, nowMs: wallClockMs() };
  const start = newest ?? (from && startingCheckpoint(from, config, about));
  const environment = pack?.environment ?? runEnvironment(config);
  assertRecallable(config, lesson.dialogues, environment);
  const { engine, gpu, beside } = await openEngine(model, config.basePrecision);

  const control = new RunControl();
  const stop = () => control.stop();
  // Not `once`: Ctrl+C reaches us twice, from the terminal and from the process that started us. The process ends with the run.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  let ended: 'finished' | 'stopped' | 'paused' = 'finished';
  let failure: (Explanation & { readonly code: string }) | null = null;
  try {
    const agentModel = acting && (await openBeside(acting, config, beside));
    // Everything that can be wrong with the order has been checked: only now is the directory touched.
    await folder.open(config, newest, pack?.text ?? null, lesson.dialogues);
    // What it begins with is a checkpoint of its own: the other run may go.
    if (start && !newest) await folder.checkpoints.save(start);
    terminal.line(`${name} on ${gpu.adapterName}; ${config.updates} updates, seed ${config.seed} → ${out}`);
    const { checkpoints } = folder;
    const news = train(
      { runId: RUN_ID, config, resumeFrom: start },
      {
        environment,
        adapter,
        modelName: name,
        model,
        agentModel,
        engine,
        checkpoints,
        control,
        dialogues: lesson.dialogues,
        chats,
        askRule,
      },
    );
    for await (const event of news) {
      await folder.record(event);
      tell(event, config, terminal);
      if (event.kind === 'run.paused') {
        ended = 'paused'; // here is nobody who could say "go on", so the run ends and can be resumed
        failure = event.failure ?? null;
        control.stop();
      } else if (event.kind === 'run.stopped' && ended !== 'paused') ended = 'stopped';
    }
    if (failure) throw goOnWhenMended(failure);
    const last = await folder.newest();
    if (!last) throw new Error('a run ends with a checkpoint');
    await mkdir(join(out, 'export'), { recursive: true });
    for (const { name: file, bytes } of weightFiles(last, model.keptFiles))
      await writeFile(join(out, 'export', file), bytes);
    return {
      ended,
      updatesDone: last.manifest.updatesDone,
      checkpoint: join(out, 'checkpoints', last.manifest.checkpointId),
      export: join(out, 'export'),
    };
  } catch (thrown) {
    throw thrown instanceof AppError && thrown.code === 'gpu-lost' ? goOnByHand(thrown) : thrown;
  } finally {
    engine.dispose();
  }
}

/** What a person at the terminal hears of it. */
function tell(event: TrainingNews, config: RunConfig, terminal: Terminal): void {
  switch (event.kind) {
    case 'engine.prepared':
      return terminal.progress(event.share, 'compiling kernels');
    case 'phase.progressed':
      return terminal.progress(
        (event.updateIndex + event.share / 2) / config.updates,
        event.phase === 'evaluate' ? 'evaluating' : `update ${event.updateIndex + 1}: ${event.phase}`,
      );
    case 'update.finished': {
      const { pointsTrained, entropy, klToBase, gradientNorm, rolloutSeconds, updateSeconds } = event.metrics;
      const { judge } = event.metrics;
      if (judge && judge.missingJudgements + judge.missingEvaluations > 0) {
        terminal.line(
          `${judge.missingJudgements} of ${judge.judgements} judgements and ${judge.missingEvaluations} of ${judge.evaluations} evaluations are missing`,
        );
      }
      return terminal.line(
        `update ${event.updateIndex + 1}  points ${pointsTrained.toFixed(2)}  entropy ${entropy.toFixed(3)}  KL ${klToBase.toFixed(4)}` +
          `  |g| ${gradientNorm.toFixed(2)}  roll out ${rolloutSeconds.toFixed(1)} s  update ${updateSeconds.toFixed(1)} s`,
      );
    }
    case 'evaluation.finished': {
      const { mean, low, high } = event.evaluation.points;
      return terminal.line(
        `validation after update ${event.updatesDone}  points ${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]` +
          (event.isBest ? '  best so far' : ''),
      );
    }
    case 'alarm.raised': {
      const { what, why, fix } = event.alarm;
      return terminal.line(`alarm after update ${event.updateIndex + 1}: ${what}\n  why: ${why}\n  fix: ${fix}`);
    }
    case 'run.paused':
      if (event.failure) return;
      return terminal.line('The run is saved and pauses here, as pauseOnAlarm says. Go on with --resume.');
    default:
      return;
  }
}

/** The page takes a new device by itself; a process does better to begin anew. */
function goOnByHand({ code, what, why }: AppError): AppError {
  return new AppError(code, {
    what,
    why,
    fix: 'Run the command again with --resume: it goes on from the last checkpoint.',
  });
}

/** A server did not answer, and the client has tried again already: somebody has to look at it. */
function goOnWhenMended({ code, what, why, fix }: Explanation & { readonly code: string }): AppError {
  return new AppError(code, {
    what,
    why,
    fix: `${fix} The run is saved: go on with --resume. What was answered is kept and not asked again.`,
  });
}

async function configFrom(options: Options): Promise<RunConfig> {
  const path = options.optional('config');
  const config = path ? await readConfig(path) : RunConfig.parse({});
  // A folder, or an untrained model, has no name in the config: the checkpoints record it.
  const inConfig = (name: string | null) =>
    name === null || tinyNamed(name, config.environment) ? null : builtInNamed(name);
  return {
    ...config,
    model: inConfig(options.optional('model')) ?? config.model,
    agentModel: inConfig(options.optional('agent-model')) ?? config.agentModel,
    seed: options.optional('seed') === null ? config.seed : options.integer('seed', 0, 2_147_483_647),
  };
}

/** @throws AppError `config-unreadable` or `config-invalid`, which names the key and its limits */
export async function readConfig(path: string): Promise<RunConfig> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AppError('config-unreadable', {
      what: `The config ${path} cannot be read.`,
      why: isAbort(cause) ? 'Reading was interrupted.' : cause instanceof Error ? cause.message : String(cause),
      fix: 'Give a JSON file such as {"updates": 20, "seed": 1}.',
    });
  }
  const parsed = RunConfig.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AppError('config-invalid', {
    what: `The config ${path} is not valid.`,
    why: z.prettifyError(parsed.error).replaceAll('\n', ' '),
    fix: `The knobs are: ${Object.keys(RunConfig.shape).join(', ')}. Limits and defaults: src/record/runConfig.ts.`,
  });
}

function nothingToResume(out: string): AppError {
  return new AppError('nothing-to-resume', {
    what: `There is no run to resume in ${out}.`,
    why: 'The directory holds no complete checkpoint.',
    fix: 'Start it without --resume, or name the --out directory of an earlier run.',
  });
}

function adapterElsewhere(name: string): AppError {
  return new AppError('adapter-missing', {
    what: `The config starts from the adapter ${name}.`,
    why: 'A browser keeps it under that name; here is no such place.',
    fix: 'Give its folder with --adapter, or leave "adapter" out of the config.',
  });
}

function alreadyThere(out: string): AppError {
  return new AppError('run-exists', {
    what: `${out} already holds a run.`,
    why: 'Starting over would mix two runs in one directory; nothing was changed.',
    fix: 'Add --resume to go on with it, or choose another --out directory.',
  });
}
