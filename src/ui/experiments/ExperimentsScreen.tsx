import { RECIPES } from '../../experiments/recipes/recipes.ts';
import { Card } from '../parts/Card.tsx';
import { formatRoute, type Route } from '../route.ts';
import { ExperimentCard } from './ExperimentCard.tsx';
import { ImportCard } from './ImportCard.tsx';
import '../styles/experiments.css';

/** Comparisons that run in the tab, part after part. */
export function ExperimentsScreen({ route }: { readonly route: Extract<Route, { screen: 'experiments' }> }) {
  const recipe = RECIPES.find(({ name }) => name === route.recipe) ?? null;
  return (
    <div className="experiments-screen">
      <Card title="Experiments" note="what is compared with what">
        <ul className="recipe-list">
          {RECIPES.map(({ name, title, question }) => (
            <li key={name}>
              <a
                href={formatRoute({ screen: 'experiments', recipe: name, changes: {} })}
                aria-current={name === recipe?.name ? 'true' : undefined}
                data-testid="recipe-link"
              >
                <strong>{title}</strong>
                <span>{question}</span>
              </a>
            </li>
          ))}
        </ul>
      </Card>
      <div className="experiment-cards">
        {recipe && <ExperimentCard key={recipe.name} recipe={recipe} changes={route.changes} />}
        <ImportCard />
      </div>
    </div>
  );
}
