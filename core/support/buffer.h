// SPDX-License-Identifier: MIT
// Flat, zero-initialized, cache-line aligned memory for parameters, gradients and activations.
#pragma once

#include <cstddef>
#include <new>
#include <string_view>
#include <vector>

#include "tinycnn/shape.h"

namespace tinycnn {

template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) noexcept {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
  }
  void deallocate(T* pointer, std::size_t /*count*/) noexcept {
    ::operator delete(pointer, kAlignment);
  }
  friend bool operator==(const AlignedAllocator& /*a*/, const AlignedAllocator& /*b*/) noexcept {
    return true;
  }
};

using Buffer = std::vector<float, AlignedAllocator<float>>;

/// Floats of the largest buffer: 1 GiB, half of what a WebAssembly heap can hold.
inline constexpr std::size_t kMaxBufferSize = std::size_t{1} << 28;

/// count * size, the size of a buffer. Throws Error that names `what` above kMaxBufferSize.
std::size_t buffer_size(std::size_t count, std::size_t size, std::string_view what);

/// Rounds up to a multiple of B, so that kernels over flat memory need no special case at the end.
constexpr std::size_t round_up_to_lanes(std::size_t count) {
  return (count + kLanes - 1) / kLanes * kLanes;
}

}  // namespace tinycnn
