// SPDX-License-Identifier: MIT
//
// Where what stands in the tabs is, so that the first visit need not know it.

const results = () => import('../features/results/results');

export const load = {
  curves: async () => (await results()).Curves,
  mistakes: async () => (await results()).Mistakes,
  runs: async () => (await import('../features/runs/runs')).Runs,
  search: async () => (await import('../features/search/search')).Search,
};
