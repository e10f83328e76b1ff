// SPDX-License-Identifier: MIT
// The only exception type of the library.
#pragma once

#include <stdexcept>

namespace tinycnn {

/// The text says where in brackets, what was expected and what was found, for example
/// "[conv2d conv2] expected a kernel no larger than its 26x26 input (padding included), got 40x40".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tinycnn
