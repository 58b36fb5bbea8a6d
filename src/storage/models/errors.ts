import { AppError } from '../../base/errors.ts';

/** What can go wrong while a model is fetched. What has arrived stays, unless it says otherwise. */

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;

export function noRoom(neededBytes: number, freeBytes: number): AppError {
  return new AppError('storage-full', {
    what: `This model needs ${megabytes(neededBytes)} more, but ${megabytes(freeBytes)} are free.`,
    why: 'The browser lets this page keep only so much, or the disk is nearly full.',
    fix: 'Delete other models or old runs, or free disk space; then go on. Nothing that has arrived is lost.',
  });
}

export function cutOff(name: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'model-download',
    {
      what: `The download of ${name} was broken off.`,
      why,
      fix: 'Check the connection and press Go on: it continues where it stopped.',
    },
    cause === undefined ? undefined : { cause },
  );
}

export function refusedByServer(name: string, status: number): AppError {
  const isClosed = status === 401 || status === 403;
  return new AppError(isClosed ? 'model-closed' : 'model-download', {
    what: `The server does not hand out ${name}.`,
    why: isClosed
      ? `It asks who you are (${status}): the model is private, or its terms are not accepted.`
      : `It answered ${status}.`,
    fix: isClosed
      ? 'Accept its terms on its page, and give an access token with the right to read it.'
      : 'Check the name, the revision and the address; or try another mirror.',
  });
}

export function fileChanged(name: string, why: string): AppError {
  return new AppError('model-changed', {
    what: `${name} is not the file any more that was begun.`,
    why,
    fix: 'Delete the unfinished model and add it again, by a commit if its address can name one.',
  });
}

export function wrongHash(name: string): AppError {
  return new AppError('model-hash', {
    what: `${name} did not arrive as it was sent.`,
    why: 'Its SHA-256 is another than the one that was promised. It has been thrown away.',
    fix: 'Go on, and it is fetched again. If that happens twice, the mirror is damaged: use another.',
  });
}

export function notListed(name: string): AppError {
  return new AppError('model-missing', {
    what: `This browser does not keep the model ${name}.`,
    why: 'It was deleted, or the run or link comes from another browser.',
    fix: 'Add it under Models: the same files get the same name. Or choose another base model.',
  });
}

export function modelBusy(name: string, cause?: unknown): AppError {
  return new AppError(
    'model-busy',
    {
      what: `${name} is being written already.`,
      why: 'Another tab, or another download of this page, has it open.',
      fix: 'Wait for it, or close the other tab.',
    },
    cause === undefined ? undefined : { cause },
  );
}

export function hostNotAllowed(host: string): AppError {
  return new AppError('host-not-allowed', {
    what: `${host} is not asked.`,
    why: 'You have not allowed this page to connect to it.',
    fix: 'Tick the box that names the host, if you trust it.',
  });
}

export function wrongAddress(why: string): AppError {
  return new AppError('model-address', {
    what: 'There is no model at this address.',
    why,
    fix: 'Give the address of a folder with config.json in it, or of a .gguf file, beginning with https://.',
  });
}

export function adapterNotListed(name: string): AppError {
  return new AppError('adapter-missing', {
    what: `This browser does not keep the adapter ${name}.`,
    why: 'It was deleted, or the link comes from another browser.',
    fix: 'Add its folder under Models, or choose "new" as the starting adapter.',
  });
}
