// SPDX-License-Identifier: MIT
//
// A number that can be typed or picked from a list.

import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  id: string;
  /** Where no label points at it. */
  label?: string;
  value: number;
  min: number;
  max: number;
  integer?: boolean;
  offered: readonly number[];
  onPick: (value: number) => void;
}

/** A number that is typed or picked from a list; what is no such number is put back. */
export function NumberField({ id, label, value, min, max, integer = false, offered, onPick }: Props) {
  const field = useRef<HTMLInputElement>(null);
  // only when the value is another one: what is being typed stays while the page moves on
  useLayoutEffect(() => {
    field.current!.value = String(value);
  }, [value]);
  return (
    <>
      <input
        ref={field}
        id={id}
        aria-label={label}
        type="number"
        list={`${id}-offered`}
        min={min}
        max={max}
        step={integer ? 1 : 'any'}
        onChange={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          const fits = typed >= min && typed <= max && (!integer || Number.isInteger(typed));
          if (fits) onPick(typed);
          else event.currentTarget.value = String(value);
        }}
      />
      <datalist id={`${id}-offered`}>
        {offered.map((each) => (
          <option value={String(each)} />
        ))}
      </datalist>
    </>
  );
}
