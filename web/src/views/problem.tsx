// SPDX-License-Identifier: MIT
//
// What went wrong, why, and the way out. The region is always there, so that screen readers announce what comes into it.

import { dismissProblem } from '../controller';
import { problem } from '../state/store';

export function Problem() {
  const text = problem.value;
  return (
    <div data-testid="error" role="alert" class="problem">
      {text !== null && (
        <div class="problem-card">
          <p>{text}</p>
          <button type="button" class="button" onClick={dismissProblem}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
