// SPDX-License-Identifier: MIT
// Sizes saturate instead of wrapping around, in 64 bits and in 32-bit WebAssembly alike.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/winograd.h"
#include "support/buffer.h"
#include "support/refusal.h"
#include "tinycnn/shape.h"

namespace tinycnn::test {
namespace {

constexpr std::size_t kMax = std::numeric_limits<std::size_t>::max();
constexpr int kHuge = std::numeric_limits<int>::max();

/// What 32 bits cannot hold is itself or the largest size, and never small.
constexpr bool is_large(std::size_t size, std::uint64_t exact) {
  return size == exact || (size == kMax && exact > kMax);
}

}  // namespace

TEST_CASE("a product of sizes is exact, or the largest size where that does not hold it") {
  CHECK(saturating_product({}) == 1);
  CHECK(saturating_product({3, 5, 7}) == 105);
  CHECK(saturating_product({0, 1ULL << 40, 1ULL << 40}) == 0);
  CHECK(saturating_product({1ULL << 40, 1ULL << 40, 0}) == 0);
  CHECK(saturating_product({1ULL << 32, 1ULL << 32}) == kMax);
  CHECK(saturating_product({1ULL << 33, 1ULL << 33, 3}) == kMax);
  CHECK(is_large(saturating_product({1ULL << 16, 1ULL << 16}), 1ULL << 32));
  CHECK(saturating_product({0xFFFF'FFFF, 1}) == 0xFFFF'FFFF);
}

TEST_CASE("a shape's sizes saturate") {
  CHECK(Shape{3, 4, 5}.size() == 60);
  CHECK(Shape{3, 4, 5}.block_size() == 480);
  CHECK(is_large(Shape{256, 4096, 4096}.size(), 1ULL << 32));
  CHECK(is_large(Shape{1 << 13, 256, 256}.block_size(), 1ULL << 32));
  CHECK(is_large(Shape{32, 4097, 4097}.block_size(), 8ULL * 32 * 4097 * 4097));
  CHECK(Shape{kHuge, kHuge, kHuge}.size() == kMax);
  CHECK(Shape{kHuge, kHuge, kHuge}.block_size() == kMax);
}

TEST_CASE("the scratch of a Winograd convolution of long rows and many channels saturates") {
  const kernels::WinogradShape shape{
      .input = {1 << 14, 1, 4096}, .out_channels = 8, .padding = {1, 1}};
  CHECK(shape.scratch_size() > std::size_t{16} * (1 << 14) * 2048 * (kLanes - 1));
}

TEST_CASE("a buffer of more than 1 GiB is refused by what it is for") {
  CHECK(buffer_size(4, 1 << 26, "things") == std::size_t{1} << 28);
  CHECK(wrong_refusal([] { buffer_size(16, std::size_t{1} << 28, "things"); },
                      {"[memory]", "expected things that fit into 1 GiB", "16 times 268435456"}) ==
        "");
}

}  // namespace tinycnn::test
