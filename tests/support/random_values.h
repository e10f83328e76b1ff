// SPDX-License-Identifier: MIT
// Test values from the core's Philox with a fixed seed: the same in every build and every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/buffer.h"
#include "support/random.h"

namespace tinycnn::test {

/// A sequence of numbers; two with the same stream give the same.
class RandomValues {
 public:
  explicit RandomValues(std::uint32_t stream = 0) : stream_(stream) {}

  std::uint32_t word() {
    const std::uint64_t index = next_++;
    return philox4x32_10({static_cast<std::uint32_t>(index), stream_, 0, 0}, {20261120, 0})[0];
  }
  /// In [-1, 1).
  float value() { return to_unit_float(word()) * 2.0F - 1.0F; }
  /// In 0..count-1.
  int below(int count) { return static_cast<int>(word() % static_cast<std::uint32_t>(count)); }

  Buffer floats(std::size_t count) {
    Buffer values(count);
    for (float& each : values) {
      each = value();
    }
    return values;
  }
  std::vector<std::uint8_t> bytes(std::size_t count) {
    std::vector<std::uint8_t> values(count);
    for (std::uint8_t& each : values) {
      each = static_cast<std::uint8_t>(word());
    }
    return values;
  }

 private:
  std::uint32_t stream_;
  std::uint64_t next_ = 0;
};

}  // namespace tinycnn::test
