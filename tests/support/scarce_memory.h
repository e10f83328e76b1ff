// SPDX-License-Identifier: MIT
// Allocations that fail on purpose: as if memory ran out at a chosen point.
#pragma once

#include <cstddef>

namespace tinycnn::test {

/// While it lives, the next `count` allocations succeed and all others throw std::bad_alloc.
class ScarceMemory {
 public:
  explicit ScarceMemory(std::size_t count);
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;
  ScarceMemory(ScarceMemory&&) = delete;
  ScarceMemory& operator=(ScarceMemory&&) = delete;
  ~ScarceMemory();

  /// Whether an allocation has failed.
  [[nodiscard]] bool ran_out() const;
};

}  // namespace tinycnn::test
