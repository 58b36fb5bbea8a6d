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
      <Card title="Experiments">
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
        {recipe ? (
          <ExperimentCard key={recipe.name} recipe={recipe} changes={route.changes} />
        ) : (
          <div className="empty experiments-empty">
            <h2>Choose a question</h2>
            <p>
              Each is a comparison with everything fixed but one thing: it trains what it needs, plays it on the same
              scenarios and seeds, and ends in a report with intervals. It can be paused, closed and gone on with.
            </p>
          </div>
        )}
        <ImportCard />
      </div>
    </div>
  );
}
