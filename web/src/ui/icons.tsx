// SPDX-License-Identifier: MIT
//
// The few signs on buttons; the words beside them, or their names, carry the meaning.

const paths = {
  play: 'M5 3.2v9.6a.6.6 0 0 0 .9.5l8-4.8a.6.6 0 0 0 0-1l-8-4.8a.6.6 0 0 0-.9.5Z',
  pause: 'M4.5 3h2.6v10H4.5zM8.9 3h2.6v10H8.9z',
  step: 'M4 3.4v9.2a.5.5 0 0 0 .8.4l6-4.6a.5.5 0 0 0 0-.8l-6-4.6a.5.5 0 0 0-.8.4ZM11.4 3H13v10h-1.6z',
  rewind: 'M3 3h1.6v10H3zM13 3.4v9.2a.5.5 0 0 1-.8.4l-6-4.6a.5.5 0 0 1 0-.8l6-4.6a.5.5 0 0 1 .8.4Z',
  seed: 'M4 2.5h8A1.5 1.5 0 0 1 13.5 4v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12V4A1.5 1.5 0 0 1 4 2.5Zm1.3 1.600a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.400Zm5.4 5.400a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.400ZM8 6.800a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.400Z',
  undo: 'M6.2 3.100a.7.7 0 0 1 0 1L4.900 5.400H9.500a4 4 0 0 1 0 8H6.500a.7.7 0 0 1 0-1.400h3a2.600 2.600 0 0 0 0-5.200H4.900l1.300 1.300a.7.7 0 1 1-1 1L2.700 6.600a.7.7 0 0 1 0-1l2.500-2.500a.7.7 0 0 1 1 0Z',
  redo: 'M9.800 3.100a.7.7 0 0 0 0 1l1.300 1.300H6.500a4 4 0 0 0 0 8h3a.7.7 0 0 0 0-1.400h-3a2.600 2.600 0 0 1 0-5.200h4.600L9.800 8.100a.7.7 0 1 0 1 1l2.500-2.500a.7.7 0 0 0 0-1l-2.500-2.500a.7.7 0 0 0-1 0Z',
  replay:
    'M8 2.600A5.400 5.400 0 1 0 13.400 8a.7.7 0 0 0-1.400 0A4 4 0 1 1 8 4h1.600L8.700 4.900a.7.7 0 0 0 1 1l2.100-2.100a.7.7 0 0 0 0-1L9.700.700a.7.7 0 1 0-1 1l.9.900ZM6.800 6.100v3.800a.4.4 0 0 0 .6.3l3-1.900a.4.4 0 0 0 0-.6l-3-1.900a.4.4 0 0 0-.6.3Z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
