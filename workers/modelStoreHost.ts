import { monotonicMs } from '../src/base/clock.ts';
import { AppError, explain } from '../src/base/errors.ts';
import { systemTimer } from '../src/base/timer.ts';
import { filesByName } from '../src/policy/formats/fileSource.ts';
import { ADAPTER_FILES } from '../src/policy/formats/peft.ts';
import { AdapterStore } from '../src/storage/models/adapterStore.ts';
import type { Fetch } from '../src/storage/models/arrival.ts';
import { hostNotAllowed, notListed } from '../src/storage/models/errors.ts';
import type { ModelFiles } from '../src/storage/models/modelFiles.ts';
import { ModelStore, type Arrived, type ModelSender } from '../src/storage/models/modelStore.ts';
import { Pace } from '../src/storage/models/pace.ts';
import { planDropped, planHub, planUrl } from '../src/storage/models/plans.ts';
import type { ModelPlan } from '../src/storage/models/storedModel.ts';
import type { StoragePort } from '../src/storage/quota.ts';
import { modelNeeds } from './modelNeeds.ts';
import type { DownloadAccess, ModelCommand, ModelMessage, ModelRequest } from './modelStoreProtocol.ts';

interface Ports {
  readonly files: ModelFiles;
  readonly adapterFiles: ModelFiles;
  readonly storage: Pick<StoragePort, 'estimate'>;
  readonly fetch: Fetch;
}

const PROGRESS_EVERY_MS = 200;

/** Obeys the page's orders about models, one download at a time. */
export class ModelStoreHost {
  private readonly store: ModelStore;
  private readonly adapters: AdapterStore;
  private readonly ports: Ports;
  private readonly tell: (message: ModelMessage) => void;
  private adding: AbortController | null = null;

  constructor(ports: Ports, tell: (message: ModelMessage) => void) {
    this.ports = ports;
    this.store = new ModelStore(ports.files);
    this.adapters = new AdapterStore(ports.adapterFiles);
    this.tell = tell;
  }

  async obey(command: ModelCommand): Promise<void> {
    try {
      if (command.kind === 'model.cancel') return this.adding?.abort(cancelled());
      if (command.kind === 'model.add') await this.add(command.request);
      if (command.kind === 'model.remove') await this.remove(command.folder);
      if (command.kind === 'adapter.remove') await this.adapters.remove(command.folder);
    } catch (thrown) {
      this.tell({ kind: 'model.failed', failure: explain(thrown) });
    }
    await this.list().catch((thrown: unknown) => this.tell({ kind: 'model.failed', failure: explain(thrown) }));
  }

  private async list(): Promise<void> {
    const kept = await this.store.list();
    const { usage, quota } = await this.ports.storage.estimate();
    this.tell({
      kind: 'models.listed',
      kept: kept.map(({ folder, model }) => ({ folder, model, ...modelNeeds(model.config) })),
      // What is being fetched is told as progress, and has no plan in its folder yet at its very beginning.
      unfinished: this.adding ? [] : [...(await this.store.unfinished())],
      adapters: [...(await this.adapters.list())],
      usageBytes: usage ?? null,
      quotaBytes: quota ?? null,
    });
  }

  private async add(request: ModelRequest): Promise<void> {
    if (this.adding) throw busy();
    const adding = new AbortController();
    this.adding = adding;
    try {
      if (request.kind === 'files' && request.files.some(({ name }) => ADAPTER_FILES.includes(name))) {
        const { adapter } = await this.adapters.add(request.label, filesByName(request.files));
        this.tell({ kind: 'model.added', modelName: adapter.adapterName });
        return;
      }
      const { plan, sender } = await this.planned(request, adding.signal);
      const onProgress = this.progressOf(plan.label);
      const { model } = await this.store.add(plan, sender, {
        storage: this.ports.storage,
        timer: systemTimer,
        signal: adding.signal,
        onProgress,
      });
      this.tell({ kind: 'model.added', modelName: model.modelName });
    } finally {
      this.adding = null;
    }
  }

  private async planned(
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<{ readonly plan: ModelPlan; readonly sender: ModelSender }> {
    if (request.kind === 'files') {
      const files = filesByName(request.files);
      return { plan: await planDropped(request.label, files), sender: { kind: 'files', files } };
    }
    const fetch = allowedFetch(this.ports.fetch, request.access);
    const sender: ModelSender = { kind: 'network', fetch };
    this.tell({ kind: 'model.progressed', ...NOTHING_YET, label: labelOf(request) });
    switch (request.kind) {
      case 'hub': {
        const { mirror, id, revision } = request;
        return { plan: await planHub({ mirror, id, revision }, fetch, signal), sender };
      }
      case 'url':
        return { plan: await planUrl(request.url, fetch, signal), sender };
      case 'unfinished': {
        const found = (await this.store.unfinished()).find(({ folder }) => folder === request.folder);
        if (!found) throw notListed(request.folder);
        return { plan: found.plan, sender };
      }
    }
  }

  private async remove(folder: string): Promise<void> {
    if (this.adding) throw busy();
    await this.store.remove(folder);
  }

  /** Tells how far it is a few times a second. */
  private progressOf(label: string): (arrived: Arrived) => void {
    const pace = new Pace();
    let toldAtMs = -Infinity;
    return ({ file, doneBytes, totalBytes }) => {
      const nowMs = monotonicMs();
      const bytesPerSecond = pace.at(nowMs, doneBytes);
      if (nowMs - toldAtMs < PROGRESS_EVERY_MS && doneBytes !== totalBytes) return;
      toldAtMs = nowMs;
      this.tell({ kind: 'model.progressed', label, file, doneBytes, totalBytes, bytesPerSecond });
    };
  }
}

const NOTHING_YET = { file: null, doneBytes: 0, totalBytes: null, bytesPerSecond: null };

function labelOf(request: Exclude<ModelRequest, { kind: 'files' }>): string {
  if (request.kind === 'hub') return request.id;
  return request.kind === 'url' ? request.url : request.folder;
}

/**
 * Asks the hosts that the person has named and no other, without cookies. The token goes to the first of them; where that one
 * sends on to another, browsers leave it behind.
 */
export function allowedFetch(fetch: Fetch, { hosts, token }: DownloadAccess): Fetch {
  return (url, options) => {
    if (!hosts.includes(url.host)) throw hostNotAllowed(url.host);
    const headers = new Headers(options.headers);
    if (token !== null && url.host === hosts[0]) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...options, headers, credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' });
  };
}

function busy(): AppError {
  return new AppError('model-busy', {
    what: 'A model is being added already.',
    why: 'One at a time has the connection and the disk.',
    fix: 'Wait for it, or cancel it.',
  });
}

function cancelled(): AppError {
  return new AppError('cancelled', {
    what: 'This was cancelled.',
    why: 'Somebody asked for that.',
    fix: 'Go on with it when you want it.',
  });
}
