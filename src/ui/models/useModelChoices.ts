import { useEffect, useMemo } from 'react';
import { BUILT_IN_MODELS, type BuiltInModel } from '../../record/builtInModel.ts';
import { isModelName, labelOfModel, type ModelName } from '../../record/modelName.ts';
import { formatCount } from '../format.ts';
import { useSession } from '../session.ts';
import { useModels } from './modelsStore.ts';

export interface ModelChoice {
  readonly name: ModelName;
  readonly label: string;
  /** What it is for, or how large. */
  readonly about: string;
}

const BUILT_IN: readonly ModelChoice[] = BUILT_IN_MODELS.map(({ name, ...model }) => ({ name, ...inWords(model) }));

function inWords({ label, about, parameters }: Omit<BuiltInModel, 'name'>) {
  return { label, about: [parameters && `${parameters} parameters`, about].filter(Boolean).join(' · ') };
}

/** Every model that can be chosen here. @param wished one that a link names: it is a choice too, kept or not */
export function useModelChoices(wished: string): readonly ModelChoice[] {
  const { orderModels } = useSession();
  const kept = useModels((store) => store.models.kept);
  useEffect(() => {
    if (kept === null) orderModels({ kind: 'models.list' });
  }, [kept, orderModels]);
  return useMemo(() => {
    const own = (kept ?? []).flatMap(({ model: { modelName, label, parameterCount } }) =>
      isModelName(modelName)
        ? [{ name: modelName, label, about: `${formatCount(parameterCount)} parameters · kept here` }]
        : [],
    );
    const known = [...BUILT_IN, ...own];
    if (!isModelName(wished) || known.some(({ name }) => name === wished)) return known;
    return [...known, { name: wished, label: labelOfModel(wished), about: 'not kept in this browser: see Models' }];
  }, [kept, wished]);
}
