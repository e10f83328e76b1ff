// SPDX-License-Identifier: MIT
// Numbers as the shortest decimal text that gives the same number again when it is read.
#pragma once

#include <string>

namespace tinycnn {

/// Appends a finite number as JavaScript writes it: 0.1307, 12, 1e-7. A float needs fewer digits
/// than the double of the same value.
void append_shortest(std::string& text, float number);
void append_shortest(std::string& text, double number);

}  // namespace tinycnn
