// SPDX-License-Identifier: MIT
//
// The channels of a layer as buttons, one tab stop for all of them: arrow keys move between them, Enter opens one. Whatever is pointed
// at or focused lights up its connections.

import { indexOf, useRovingFocus } from '../../ui/arrow-keys';
import { openUnit, pointAt } from '../../client/network';
import { unitName } from '../../state/layers';
import type { Column } from '../../state/layers';
import type { ComponentChildren } from 'preact';

interface Props {
  column: Column;
  class: string;
  count: number;
  /** Buttons in a row. */
  across: number;
  style?: Record<string, string>;
  /** What a button shows, if it is not only laid over a picture. */
  children?: (index: number) => ComponentChildren;
}

export function UnitButtons({ column, class: className, count, across, style = {}, children }: Props) {
  const { keys, tabIndexOf } = useRovingFocus({ count, across });
  const { name: layer } = column;
  const point = (event: Event): void => {
    const index = indexOf(event);
    pointAt(index === null ? null : { layer, index });
  };
  const leave = (): void => {
    pointAt(null);
  };
  return (
    <div
      class={className}
      style={style}
      onPointerOver={point}
      onPointerLeave={leave}
      onFocusIn={(event) => {
        keys.onFocusIn(event);
        point(event);
      }}
      onFocusOut={leave}
      onKeyDown={keys.onKeyDown}
    >
      {Array.from({ length: count }, (_, index) => (
        <button
          key={index}
          type="button"
          class="unit"
          data-unit={`${layer}/${index}`}
          data-index={index}
          tabIndex={tabIndexOf(index)}
          aria-label={unitName(column, index)}
          onClick={() => {
            openUnit({ layer, index });
          }}
        >
          {children?.(index)}
        </button>
      ))}
    </div>
  );
}
