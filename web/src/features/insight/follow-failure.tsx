// SPDX-License-Identifier: MIT
//
// What a panel says where it could not be brought up to date.

import type { Follower } from './follow';

export function FollowFailure({ of: follower }: { of: Follower }) {
  const { failure } = follower;
  return (
    <div role="status">
      {failure !== null && (
        <p>
          This could not be calculated: {failure}{' '}
          <button
            type="button"
            class="button small"
            onClick={() => {
              follower.now();
            }}
          >
            Try again
          </button>
        </p>
      )}
    </div>
  );
}
