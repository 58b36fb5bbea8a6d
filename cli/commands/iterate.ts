import { ITERATION_SETTINGS } from '../../src/experiments/iterationSettings.ts';
import { iterations } from '../../src/experiments/recipes/iterations.ts';
import type { Command } from '../arguments.ts';
import { recipeCommand } from './recipe.ts';

const SETTINGS = Object.entries(ITERATION_SETTINGS)
  .map(([name, { help, fallback }]) => `${name} (${help}; ${fallback})`)
  .join(', ');

/** It is one recipe: nobody has to name it. */
const options = Object.fromEntries(Object.entries(recipeCommand.options).filter(([name]) => name !== 'name'));

/** The recipe `iterations` under a name of its own, with what can be set in it. */
export const iterateCommand: Command = {
  name: 'iterate',
  summary: `Self-play round after round, with a partner pool, until a plateau; the same as "recipe ${iterations.name}". Settings for --knobs: ${SETTINGS}.`,
  options,
  run: (given, terminal) => recipeCommand.run(given.with('name', iterations.name), terminal),
};
