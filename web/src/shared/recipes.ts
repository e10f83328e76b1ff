// SPDX-License-Identifier: MIT
//
// The recipes that a visitor can choose from. The recommended one is the best on MNIST's test set with two fifths of its digits made here:
// MNIST's ways of writing are not everybody's, and what counts on this page is reading the visitor's. Pure.

import type { Recipe, ZooEntry } from 'tinycnn';
import type { RecipeChoice } from './protocol';

const madeHere = 0.4;

/** `isOfDigits`: whether the data set's classes are the ten digits; among other images there are no synthetic digits. */
export function recipeOf({ recipe, bestRecipe }: ZooEntry, choice: RecipeChoice, isOfDigits: boolean): Recipe {
  if (choice === 'published') return recipe;
  if (choice === 'best' || !isOfDigits) return bestRecipe;
  return {
    ...bestRecipe,
    title: `${bestRecipe.title}; 40 % synthetic digits`,
    augment: { ...bestRecipe.augment, generated: madeHere },
  };
}
