/**
 * A process that dies at a chosen step: what it is doing then never ends, and nothing it would have done later happens.
 * Everything that it touches asks `step` first; the kinds of the steps of a whole life say where there is to die.
 */
export class Mortal {
  readonly kinds: string[] = [];
  /** Settles when it dies; never for one that lives to the end. */
  readonly death: Promise<'dead'>;
  private readonly lastStep: number;
  private die: () => void = () => undefined;

  /** @param lastStep 0 for the first; Infinity lives for ever */
  constructor(lastStep = Infinity) {
    this.lastStep = lastStep;
    this.death = new Promise((resolve) => (this.die = () => resolve('dead')));
  }

  get isDead(): boolean {
    return this.kinds.length > this.lastStep;
  }

  /** For what can be awaited: comes back only while it lives. @param lastAct done in the moment of death: half of a write */
  async step(kind: string, lastAct: () => void = () => undefined): Promise<void> {
    if (!this.isDead) {
      this.take(kind);
      if (!this.isDead) return;
      lastAct();
    }
    await new Promise<never>(() => undefined);
  }

  /** For what cannot be awaited. @returns whether it still lives */
  take(kind: string): boolean {
    if (this.isDead) return false;
    this.kinds.push(kind);
    if (this.isDead) this.die();
    return !this.isDead;
  }
}

/** `target`, of which every call of one of `methods` is a step first. They must return promises. */
export function stepping<Target extends object>(
  target: Target,
  methods: readonly (keyof Target & string)[],
  step: () => Promise<void>,
): Target {
  return new Proxy(target, {
    get(object, key) {
      const member: unknown = Reflect.get(object, key, object);
      if (typeof member !== 'function') return member;
      if (!methods.some((name) => name === key)) return member.bind(object) as unknown;
      return async (...values: unknown[]): Promise<unknown> => {
        await step();
        return Reflect.apply(member, object, values);
      };
    },
  });
}
