import { z } from 'zod';
import { OPTIONAL_FILES, REQUIRED_FILES } from '../../policy/formats/huggingFace.ts';
import { missingFile } from '../../policy/formats/modelErrors.ts';
import { readShardIndex, SHARD_INDEX_FILE, shardsOf, WEIGHTS_FILE } from '../../policy/formats/tensorSource.ts';
import { asked, ConnectionTrouble, statusTrouble, type Fetch } from './arrival.ts';
import { cutOff, refusedByServer, wrongAddress } from './errors.ts';
import { addressOf, folderOfHub, hubApi, type HubModel } from './hub.ts';
import { ModelPlan, type ModelOrigin, type PlannedFile } from './storedModel.ts';

/** Finds out which files a model has, before any of them is fetched. */

type Draft = Pick<ModelPlan, 'label' | 'origin' | 'licence'>;

const HubAnswer = z.object({
  sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).optional() }).nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().min(0).nullish(),
      lfs: z
        .object({
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .nullish(),
        })
        .nullish(),
    }),
  ),
});

/**
 * The model as the Hub, or a mirror with the Hub's addresses, describes it: the commit, sizes, hashes and the licence. A mirror
 * that has the files alone is asked for one after the other.
 *
 * @throws AppError `hub-model-name`, `model-closed`, `model-download`, `model-file-missing`
 */
export async function planHub(model: HubModel, fetch: Fetch, signal: AbortSignal): Promise<ModelPlan> {
  const label = model.id.split('/').at(-1) ?? model.id;
  const response = await reached(hubApi(model), fetch, signal);
  if (response.status === 404) {
    await response.body?.cancel();
    const origin: ModelOrigin = { kind: 'hub', ...model };
    return planFolder(folderOfHub(model), { label, origin, licence: null }, fetch, signal);
  }
  if (!response.ok) throw await refusal(model.id, response);
  const answer = HubAnswer.safeParse(await response.json().catch(() => null));
  if (!answer.success)
    throw wrongAddress(`What ${model.mirror} says of it cannot be read: ${z.prettifyError(answer.error)}`);
  const { sha, cardData, siblings } = answer.data;
  const licence = [cardData?.license ?? []].flat().join(', ') || null;
  const pinned = { ...model, revision: sha };
  const known = new Map(siblings.map((file) => [file.rfilename, file]));
  const planned = (name: string): PlannedFile => {
    const file = known.get(name);
    return { name, sizeBytes: file?.size ?? null, sha256: file?.lfs?.sha256 ?? null, version: null };
  };
  const indexOf = () => bytesAt(new URL(SHARD_INDEX_FILE, folderOfHub(pinned)), fetch, signal);
  const names = await chosenNames(async (name) => known.has(name), indexOf);
  return ModelPlan.parse({
    formatVersion: 1,
    label,
    origin: { kind: 'hub', ...pinned },
    licence,
    files: names.map(planned),
  });
}

/** A folder's address, or a GGUF file's. @throws AppError `model-address`, and as `planHub` */
export async function planUrl(address: string, fetch: Fetch, signal: AbortSignal): Promise<ModelPlan> {
  const url = addressOf(address);
  const parts = url.pathname.split('/').filter(Boolean);
  if (url.pathname.endsWith('.gguf')) {
    const name = decodeURIComponent(parts.at(-1) ?? '');
    const file = await probed(url, name, fetch, signal);
    if (!file) throw refusedByServer(name, 404);
    const origin: ModelOrigin = { kind: 'url', url: url.href };
    return checked({ label: name.replace(/\.gguf$/, ''), origin, licence: null }, [file]);
  }
  const folder = new URL(url.pathname.endsWith('/') ? url : `${url.href}/`);
  const label = decodeURIComponent(parts.at(-1) ?? url.host);
  return planFolder(folder, { label, origin: { kind: 'url', url: folder.href }, licence: null }, fetch, signal);
}

/** Files of one model that the page was given; others among them are left out. @throws AppError `model-file-missing` */
export async function planDropped(label: string, dropped: ReadonlyMap<string, Blob>): Promise<ModelPlan> {
  const gguf = [...dropped.keys()].find((name) => name.endsWith('.gguf'));
  const indexOf = async () => new Uint8Array((await dropped.get(SHARD_INDEX_FILE)?.arrayBuffer()) ?? []);
  const names = gguf ? [gguf] : await chosenNames(async (name) => dropped.has(name), indexOf);
  const files = names.map((name) => ({ name, sizeBytes: dropped.get(name)?.size ?? 0, sha256: null, version: null }));
  return checked(
    { label: gguf ? gguf.replace(/\.gguf$/, '') : label, origin: { kind: 'files' }, licence: null },
    files,
  );
}

async function planFolder(folder: URL, draft: Draft, fetch: Fetch, signal: AbortSignal): Promise<ModelPlan> {
  const found = new Map<string, PlannedFile>();
  const has = async (name: string) => {
    const file = found.get(name) ?? (await probed(new URL(name, folder), name, fetch, signal));
    if (file) found.set(name, file);
    return file !== null;
  };
  const names = await chosenNames(has, () => bytesAt(new URL(SHARD_INDEX_FILE, folder), fetch, signal));
  return checked(
    draft,
    names.flatMap((name) => found.get(name) ?? []),
  );
}

function checked(draft: Draft, files: readonly PlannedFile[]): ModelPlan {
  const plan = ModelPlan.safeParse({ formatVersion: 1, ...draft, files });
  if (plan.success) return plan.data;
  throw wrongAddress(`Its files cannot be kept under their names: ${z.prettifyError(plan.error)}`);
}

/** What belongs to the model, smallest first: whether it can be used is known before its weights are fetched. */
async function chosenNames(
  has: (name: string) => Promise<boolean>,
  readIndex: () => Promise<Uint8Array>,
): Promise<string[]> {
  const names: string[] = [];
  for (const name of REQUIRED_FILES) {
    if (!(await has(name))) throw missingFile(name);
    names.push(name);
  }
  for (const name of OPTIONAL_FILES) if (await has(name)) names.push(name);
  if (await has(WEIGHTS_FILE)) return [...names, WEIGHTS_FILE];
  if (!(await has(SHARD_INDEX_FILE))) throw missingFile(WEIGHTS_FILE);
  const shards = shardsOf(readShardIndex(await readIndex()));
  for (const shard of shards) if (!(await has(shard))) throw missingFile(shard);
  return [...names, SHARD_INDEX_FILE, ...shards];
}

/** What a first byte tells; null: there is no such file. (HEAD is redirected to where other origins may not follow.) */
async function probed(url: URL, name: string, fetch: Fetch, signal: AbortSignal): Promise<PlannedFile | null> {
  const response = await reached(url, fetch, signal, { range: 'bytes=0-0' });
  await response.body?.cancel();
  const { status, headers } = response;
  // Servers of single-page sites answer unknown paths with the page itself.
  if (status === 404 || headers.get('content-type')?.startsWith('text/html')) return null;
  if (!response.ok && status !== 416) throw await refusal(name, response); // an empty file has no first byte
  const range = headers.get('content-range');
  const total =
    status === 200 && !headers.has('content-encoding') ? headers.get('content-length') : range?.split('/')[1];
  const sizeBytes = total != null && /^\d+$/.test(total) ? Number(total) : null;
  return { name, sizeBytes, sha256: null, version: headers.get('etag') };
}

async function bytesAt(url: URL, fetch: Fetch, signal: AbortSignal): Promise<Uint8Array> {
  const response = await reached(url, fetch, signal);
  if (!response.ok) throw await refusal(SHARD_INDEX_FILE, response);
  return new Uint8Array(await response.arrayBuffer());
}

async function reached(
  url: URL,
  fetch: Fetch,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  try {
    return await asked(fetch, url, { headers, signal });
  } catch (thrown) {
    if (thrown instanceof ConnectionTrouble) throw cutOff(url.pathname.split('/').at(-1) ?? '', thrown.message, thrown);
    throw thrown;
  }
}

async function refusal(name: string, response: Response): Promise<Error> {
  await response.body?.cancel();
  const trouble = statusTrouble(name, response);
  return trouble instanceof ConnectionTrouble ? cutOff(name, trouble.message, trouble) : trouble;
}
