// SPDX-License-Identifier: MIT
//
// Of the drawer: how the page looks: light, dark, or as the system has it; and for a projector.

import { Info } from './info';
import { chooseTheme, projector, showForProjector, theme } from '../../ui/theme';
import type { Theme } from '../../ui/theme';
import './theme.css';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const words = { system: 'Auto', light: 'Light', dark: 'Dark' } as const;

export function ThemeSwitch() {
  return (
    <section class="theme" aria-labelledby="display-heading">
      <div class="with-info">
        <h3 id="display-heading">Display</h3> <Info about="the theme" topic="theme" />
      </div>
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
      <label class="projector">
        <input
          type="checkbox"
          checked={projector.value}
          onChange={({ currentTarget }) => {
            showForProjector(currentTarget.checked);
          }}
        />
        For a projector: larger type, higher contrast, fewer parts
      </label>
    </section>
  );
}
