// SPDX-License-Identifier: MIT
// Drawing strokes against its reference implementation.
#include "kernels/stroke.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "reference/stroke.h"
#include "support/random_values.h"

namespace tinycnn::test {
namespace {

using kernels::InkField;
using kernels::InkSegment;
using Grey = std::array<std::uint8_t, kernels::kInkSide * kernels::kInkSide>;

constexpr float kSoftness = 1.5F;

Grey by_kernel(std::span<const InkSegment> segments) {
  InkField field;
  kernels::clear_ink(field);
  for (const InkSegment& segment : segments) {
    kernels::draw_segment(segment, kSoftness / 2.0F, field);
  }
  Grey grey{};
  kernels::ink_to_grey(field, kSoftness, grey);
  return grey;
}

Grey by_reference(std::span<const InkSegment> segments) {
  InkField field;
  field.fill(-1.0e6F);
  for (const InkSegment& segment : segments) {
    reference::draw_segment(segment, field);
  }
  Grey grey{};
  reference::ink_to_grey(field, kSoftness, grey);
  return grey;
}

/// Kernel and reference round a grey value in different ways: they may differ by one at ties. How
/// often they do.
int check_same(std::span<const InkSegment> segments) {
  const Grey kernel = by_kernel(segments);
  const Grey reference = by_reference(segments);
  int apart = 0;
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    REQUIRE(std::abs(kernel[i] - reference[i]) <= 1);
    apart += kernel[i] != reference[i] ? 1 : 0;
  }
  return apart;
}

}  // namespace

TEST_CASE("segments of any place, length and width are inked as the reference does") {
  const Buffer values = RandomValues(17).floats(5000);
  for (std::size_t i = 0; i + 5 <= values.size(); i += 5) {
    const InkSegment segment{.from_x = 10.0F + 12.0F * values[i],
                             .from_y = 10.0F + 12.0F * values[i + 1],
                             .to_x = 10.0F + 12.0F * values[i + 2],
                             .to_y = 10.0F + 12.0F * values[i + 3],
                             .radius = std::abs(3.0F * values[i + 4])};
    CAPTURE(i);
    CHECK(check_same(std::array{segment}) <= 2);
  }
}

TEST_CASE("dots, straight lines and segments outside are inked as the reference does") {
  constexpr std::array<InkSegment, 7> kSegments{{{10, 10, 10, 10, 1.25F},
                                                 {0, 0, 0, 0, 0.4F},
                                                 {20, 20, 20, 20, 5},
                                                 {3, 0, 3, 20, 1},
                                                 {0, 7.5F, 20, 7.5F, 1},
                                                 {-30, -30, -25, 40, 2},
                                                 {900, 5, 901, 5, 5}}};
  for (const InkSegment& segment : kSegments) {
    check_same(std::array{segment});
  }
  check_same(kSegments);
}

TEST_CASE("what lies deep is black, what lies outside is white, an edge is half-way between") {
  const Grey grey = by_kernel(std::array{InkSegment{10.5F, -5, 10.5F, 25, 3}});
  for (std::size_t y = 0; y < kernels::kInkSide; ++y) {
    const std::uint8_t* row = &grey[y * kernels::kInkSide];
    CHECK(row[10] == 255);
    CHECK(row[12] == 255);
    CHECK(row[13] == 128);
    CHECK(row[7] == 128);
    CHECK(row[14] == 0);
    CHECK(row[5] == 0);
  }
}

}  // namespace tinycnn::test
