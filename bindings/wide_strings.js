// SPDX-License-Identifier: MIT
/* global addToLibrary */
// Takes the place of what Embind's own library registers for std::wstring and its siblings, which no binding uses: the page would load
// conversions from and to UTF-16 and UTF-32 with it.

addToLibrary({
  _embind_register_std_wstring__deps: [],
  _embind_register_std_wstring: () => {},
});
