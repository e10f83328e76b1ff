// SPDX-License-Identifier: MIT
//
// The few signs on buttons; the words beside them carry the meaning.

const kPaths = {
  play: 'M5 3.2v9.6a.6.6 0 0 0 .9.5l8-4.8a.6.6 0 0 0 0-1l-8-4.8a.6.6 0 0 0-.9.5Z',
  pause: 'M4.5 3h2.6v10H4.5zM8.9 3h2.6v10H8.9z',
  step: 'M4 3.4v9.2a.5.5 0 0 0 .8.4l6-4.6a.5.5 0 0 0 0-.8l-6-4.6a.5.5 0 0 0-.8.4ZM11.4 3H13v10h-1.6z',
  rewind: 'M3 3h1.6v10H3zM13 3.4v9.2a.5.5 0 0 1-.8.4l-6-4.6a.5.5 0 0 1 0-.8l6-4.6a.5.5 0 0 1 .8.4Z',
  seed: 'M4 2.5h8A1.5 1.5 0 0 1 13.5 4v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12V4A1.5 1.5 0 0 1 4 2.5Zm1.3 1.600a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.400Zm5.4 5.400a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.400ZM8 6.800a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.400Z',
} as const;

export function Icon({ name }: { name: keyof typeof kPaths }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={kPaths[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
