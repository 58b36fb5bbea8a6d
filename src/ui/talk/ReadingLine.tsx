import type { ReactNode } from 'react';
import type { ActionText } from '../dialogue/describeAction.ts';

/** How the environment took an utterance: legal or not, what it does, and why it does not. */
export function ReadingLine({ action, children }: { readonly action: ActionText; readonly children?: ReactNode }) {
  return (
    <p className="talk-reading">
      <span className={action.isLegal ? 'talk-tag' : 'talk-tag is-wrong'}>{action.label}</span>
      {action.detail}
      {children}
    </p>
  );
}
