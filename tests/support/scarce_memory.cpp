// SPDX-License-Identifier: MIT
// Replaces the global operators new and delete of the tests' program.
#include "support/scarce_memory.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
std::atomic<std::int64_t> left{kUnlimited};

/// Throws once none is left.
void count_allocation() {
  if (left.load() != kUnlimited && left.fetch_sub(1) <= 0) {
    throw std::bad_alloc();
  }
}

void* or_throw(void* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

namespace tinycnn::test {

ScarceMemory::ScarceMemory(std::size_t count) { left.store(static_cast<std::int64_t>(count)); }
ScarceMemory::~ScarceMemory() { left.store(kUnlimited); }
bool ScarceMemory::ran_out() const { return left.load() < 0; }

}  // namespace tinycnn::test

void* operator new(std::size_t size) {
  count_allocation();
  return or_throw(std::malloc(size == 0 ? 1 : size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  count_allocation();
  const auto multiple = static_cast<std::size_t>(alignment);
  return or_throw(std::aligned_alloc(multiple, (size + multiple) / multiple * multiple));
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/,
                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
