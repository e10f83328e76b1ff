// SPDX-License-Identifier: MIT
//
// Light, dark, or as the system has it.

import { Info } from './info';
import { chooseTheme, theme } from '../../ui/theme';
import type { Theme } from '../../ui/theme';
import './theme.css';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const words = { system: 'Auto', light: 'Light', dark: 'Dark' } as const;

export function ThemeSwitch() {
  return (
    <div class="with-info theme">
      <div class="switch" role="radiogroup" aria-label="Theme">
        {themes.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="theme"
              checked={theme.value === each}
              onChange={() => {
                chooseTheme(each);
              }}
            />
            <span>{words[each]}</span>
          </label>
        ))}
      </div>
      <Info about="the theme" topic="theme" />
    </div>
  );
}
