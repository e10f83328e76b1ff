// SPDX-License-Identifier: MIT
//
// What the drawer holds; loaded with it.

import { RunOptions } from '../features/control-bar/run-options';
import { DataOptions } from '../features/data/data-options';
import { PenWidth } from '../features/input/pen-width';
import { Kept } from '../features/kept/kept';
import { Settings } from '../features/settings/settings';
import { ThemeSwitch } from '../features/theme/theme-switch';
import './options.css';

export function Options() {
  return (
    <>
      <RunOptions />
      <DataOptions />
      <Settings />
      <ThemeSwitch />
      <PenWidth />
      <Kept />
    </>
  );
}
