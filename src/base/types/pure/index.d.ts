/** The few globals that every JavaScript engine has and that the pure folders may use: they compile without DOM types. */
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, milliseconds?: number): unknown;
