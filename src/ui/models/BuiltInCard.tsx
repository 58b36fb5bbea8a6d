import { BUILT_IN_MODELS } from '../../record/builtInModel.ts';
import { Card } from '../parts/Card.tsx';
import { formatRoute } from '../route.ts';

/** The models that ship with the lab. */
export function BuiltInCard() {
  return (
    <Card title="Built in" note="ship with the lab">
      <ul className="model-list">
        {BUILT_IN_MODELS.map(({ name, label, about, parameters }) => (
          <li key={name} className="model-row" data-testid="built-in-model">
            <h3>{label}</h3>
            <code className="model-name">{name}</code>
            <p className="model-facts">
              {parameters} parameters · licence: MIT · {about}
            </p>
            <div className="model-tools">
              <a className="button small" href={formatRoute({ screen: 'train', changes: { model: name } })}>
                Train it
              </a>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
