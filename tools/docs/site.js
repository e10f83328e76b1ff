// SPDX-License-Identifier: MIT
// Light or dark as the page was set to, before anything is drawn; and the field that finds names on the first page.
{
  let theme = null;
  try {
    theme = window.localStorage.getItem('tinycnn-theme');
  } catch {
    // a browser that keeps nothing for this site
  }
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset.theme = theme ?? (dark.matches ? 'dark' : 'light');
  };
  apply();
  dark.addEventListener('change', apply);
}

document.addEventListener('DOMContentLoaded', () => {
  // the navigation is long: the page that one is on stands at its top
  const here = /** @type {HTMLElement | null} */ (document.querySelector('nav [aria-current]'));
  const navigation = here?.closest('nav');
  if (navigation && here.offsetTop > navigation.clientHeight / 2) navigation.scrollTop = here.offsetTop - 96;

  const field = /** @type {HTMLInputElement | null} */ (document.getElementById('find'));
  if (field === null) return;
  const names = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.names li'))];
  const status = document.getElementById('found');
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const name of names) {
      const text = name.textContent.toLowerCase();
      name.hidden = !words.every((word) => text.includes(word));
      if (!name.hidden) ++found;
    }
    status.textContent = words.length === 0 ? '' : `${found} of ${names.length}`;
  };
  field.closest('[hidden]')?.removeAttribute('hidden');
  field.addEventListener('input', show);
  show();
});
