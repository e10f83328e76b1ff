// SPDX-License-Identifier: MIT
// doctest's main; the same sources run natively, under sanitizers and as WebAssembly.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
