import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { possibleHouseholdActions } from '../../environment/household/possibleActions.ts';
import type { HouseholdState } from '../../environment/household/house.ts';
import { possibleShopActions } from '../../environment/shop/possibleActions.ts';
import type { ShopState } from '../../environment/shop/state.ts';
import type { EnvironmentName } from '../../record/environmentName.ts';

interface ActionHelpProps {
  readonly environment: EnvironmentName;
  readonly state: unknown;
  onChoose(text: string): void;
}

/** What can be done now in a shop or a house, to be done with one press. */
export function ActionHelp({ environment, state, onChoose }: ActionHelpProps) {
  const actions = useMemo(() => actionsIn(environment, state), [environment, state]);
  if (actions.length === 0) return null;
  return (
    <div className="action-help" role="group" aria-label="What you can do now" data-testid="action-help">
      {actions.map(({ text, about }) => (
        <Button key={text} className="action" onPress={() => onChoose(text)}>
          {text}
          {about !== null && <small>{about}</small>}
        </Button>
      ))}
    </div>
  );
}

interface Help {
  readonly text: string;
  readonly about: string | null;
}

function actionsIn(environment: EnvironmentName, state: unknown): readonly Help[] {
  // The state is of that environment, which made it.
  if (environment === 'shop') return possibleShopActions(state as ShopState);
  if (environment !== 'household') return [];
  return possibleHouseholdActions(state as HouseholdState).map((text) => ({ text, about: null }));
}
