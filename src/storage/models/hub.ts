import { AppError } from '../../base/errors.ts';
import { wrongAddress } from './errors.ts';
import type { PlannedFile, ModelOrigin } from './storedModel.ts';

/** The addresses of the Hugging Face Hub, and of mirrors that have the same. */

export const HUB = 'https://huggingface.co';

export interface HubModel {
  readonly mirror: string;
  /** `owner/name`. */
  readonly id: string;
  /** A branch, tag or commit; only a commit is the same model for ever. */
  readonly revision: string;
}

const ID = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const REVISION = /^[\w-][\w./-]*$/;

/** What it says of a model, with sizes and hashes of its files. @throws AppError `hub-model-name`, `model-address` */
export function hubApi({ mirror, id, revision }: HubModel): URL {
  assertNamed(id, revision);
  return new URL(`${base(mirror)}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`);
}

/** Where the files are. @throws AppError `hub-model-name`, `model-address` */
export function folderOfHub({ mirror, id, revision }: HubModel): URL {
  assertNamed(id, revision);
  return new URL(`${base(mirror)}/${id}/resolve/${revision}/`);
}

/** Where a planned file is; null: its sender is no server. */
export function urlOf(origin: ModelOrigin, { name }: Pick<PlannedFile, 'name'>): URL | null {
  if (origin.kind === 'files') return null;
  if (origin.kind === 'hub') return new URL(encodeURIComponent(name), folderOfHub(origin));
  return origin.url.endsWith('/') ? new URL(encodeURIComponent(name), origin.url) : new URL(origin.url);
}

/** An address that may be asked for files. @throws AppError `model-address` */
export function addressOf(text: string): URL {
  if (!URL.canParse(text)) throw wrongAddress(`"${text}" is no address.`);
  const url = new URL(text);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) {
    throw wrongAddress('It is neither an https address nor one of this machine.');
  }
  if (url.username + url.password + url.search + url.hash !== '') {
    throw wrongAddress(
      'It holds more than a host and a path: a name, a password or a query would be kept with the model.',
    );
  }
  return url;
}

const base = (mirror: string) => addressOf(mirror).href.replace(/\/+$/, '');

function assertNamed(id: string, revision: string): void {
  if (ID.test(id) && REVISION.test(revision) && !revision.includes('..')) return;
  throw new AppError('hub-model-name', {
    what: `"${id}" at "${revision}" is no model of the Hub.`,
    why: 'A model is named OWNER/NAME; a revision is a branch, a tag or a commit.',
    fix: 'Copy the name from the top of the model’s page, for example HuggingFaceTB/SmolLM2-135M-Instruct.',
  });
}
