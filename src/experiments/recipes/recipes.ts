import { AppError } from '../../base/errors.ts';
import type { Recipe } from '../recipe.ts';
import { ablations, equationFive } from './ablations.ts';
import { collaboration } from './collaboration.ts';
import { controls } from './controls.ts';
import { iterations } from './iterations.ts';
import { processRewards } from './processRewards.ts';
import { scaling } from './scaling.ts';
import { shootOut } from './shootOut.ts';
import { strategies } from './strategies.ts';
import { transfer } from './transfer.ts';

/** Every recipe, in the order of the menu. */
export const RECIPES: readonly Recipe[] = [
  controls,
  collaboration,
  scaling,
  iterations,
  processRewards,
  equationFive,
  ablations,
  transfer,
  strategies,
  shootOut,
];

/** @throws AppError `recipe-unknown` */
export function recipeNamed(name: string): Recipe {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  if (recipe) return recipe;
  throw new AppError('recipe-unknown', {
    what: `There is no recipe "${name}".`,
    why: `The recipes are: ${RECIPES.map((known) => known.name).join(', ')}.`,
    fix: 'Choose one of them.',
  });
}
