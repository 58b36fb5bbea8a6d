const never = new Int32Array(new SharedArrayBuffer(4));

type Later = <Given extends unknown[]>(task: (...given: Given) => void, ...given: Given) => NodeJS.Immediate;

/** `later`, with a rest before each task in which the thread does nothing and takes no processor time. */
export function restingBefore(later: Later, milliseconds: number): Later {
  return (task, ...given) =>
    later(() => {
      Atomics.wait(never, 0, 0, milliseconds);
      task(...given);
    });
}
