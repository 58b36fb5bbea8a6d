import { useEffect } from 'react';

export type Shortcuts = Readonly<Record<string, () => void>>;

/** Runs `shortcuts[event.key]`, but never while somebody types, and never in place of a focused control's own key. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (belongsToControl(event)) return;
      const run = shortcuts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [shortcuts]);
}

function belongsToControl({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (
    target.closest(
      'input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="listbox"]',
    )
  )
    return true;
  return key === ' ' && target.closest('button, a, summary, [role="button"], [role="radio"]') !== null;
}
