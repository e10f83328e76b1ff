// SPDX-License-Identifier: MIT
// The only exception type of the library.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace tinycnn {

/// What kind of failure an error is, for programs.
enum class ErrorCode : std::uint8_t {
  kInvalid,      ///< what was given: a spec, options, data, a checkpoint
  kMissingData,  ///< a data set is needed that has not been set
  kOutOfMemory,  ///< it would take more memory than is allowed or available
};

/// Everything that the library throws. The text says where in brackets, what was expected and what
/// was found, for example
/// "[conv2d conv2] expected a kernel no larger than its 26x26 input (padding included), got 40x40".
class Error : public std::runtime_error {
 public:
  /// text: in the form above.
  explicit Error(const std::string& text, ErrorCode code = ErrorCode::kInvalid)
      : std::runtime_error(text), code_(code) {}

  /// The kind of failure.
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace tinycnn
