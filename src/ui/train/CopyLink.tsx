import { useState } from 'react';
import { Button } from 'react-aria-components';
import { changedFromDefault, type ConfigDraft } from '../configForm.ts';
import { Icon } from '../parts/Icon.tsx';
import { formatRoute } from '../route.ts';

interface CopyLinkProps {
  readonly draft: ConfigDraft;
  readonly canReset: boolean;
  onReset(): void;
}

/** A link carries the settings, seed included: whoever opens it can repeat the run. */
export function CopyLink({ draft, canReset, onReset }: CopyLinkProps) {
  const [copied, setCopied] = useState<ConfigDraft | null>(null);
  const copy = async () => {
    const link = new URL(formatRoute({ screen: 'train', changes: changedFromDefault(draft) }), location.href);
    await navigator.clipboard.writeText(link.href);
    setCopied(draft);
  };
  return (
    <>
      {canReset && (
        <Button className="button small quiet" onPress={onReset}>
          Reset
        </Button>
      )}
      <Button className="button small quiet" aria-label="Copy a link with these settings" onPress={() => void copy()}>
        <Icon name="link" />
        {copied === draft && 'Copied'}
      </Button>
    </>
  );
}
