// SPDX-License-Identifier: MIT
//
// Light, dark, or as the system has it.

import { Info } from './info';
import { chooseTheme, theme } from './theme';
import type { Theme } from './theme';

const kThemes: readonly Theme[] = ['system', 'light', 'dark'];
const kWords = { system: 'Auto', light: 'Light', dark: 'Dark' } as const;

export function ThemeSwitch() {
  return (
    <div class="with-info theme">
      <div class="switch" role="radiogroup" aria-label="Theme">
        {kThemes.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="theme"
              checked={theme.value === each}
              onChange={() => {
                chooseTheme(each);
              }}
            />
            <span>{kWords[each]}</span>
          </label>
        ))}
      </div>
      <Info about="the theme" topic="theme" />
    </div>
  );
}
