// SPDX-License-Identifier: MIT
#include "tinycnn/digit_generator.h"

#include <utility>

#include "handwriting/handwriting.h"
#include "handwriting/ink.h"
#include "support/text.h"

namespace tinycnn {

GeneratedDigit generate_strokes(const DigitKey& key, std::optional<int> label) {
  if (label) {
    require_label(*label);
  }
  const Writing writing = write_digit(key, label);
  const auto [points, ends] = writing.path();
  return {.label = writing.glyph.digit,
          .style = writing.glyph.style,
          .points = {points.begin(), points.end()},
          .ends = {ends.begin(), ends.end()},
          .pen = writing.pen};
}

void generate_image(const DigitKey& key, std::span<std::uint8_t> pixels) noexcept {
  const Writing writing = write_digit(key, {});
  place(ink_path(writing.path(), writing.pen), pixels);
}

Dataset generate_digits(std::uint64_t seed, std::uint64_t first, std::size_t count) {
  if (count < 1 || count > kMaxGenerated) {
    fail("[digits] expected from 1 to ", kMaxGenerated, " digits, got ", count);
  }
  constexpr std::size_t kArea = std::size_t{kDigitSide} * kDigitSide;
  Images images{.count = static_cast<int>(count),
                .height = kDigitSide,
                .width = kDigitSide,
                .pixels = std::vector<std::uint8_t>(count * kArea)};
  std::vector<std::uint8_t> labels(count);
  for (std::size_t i = 0; i < count; ++i) {
    const DigitKey key{.seed = seed, .index = first + i};
    labels[i] = static_cast<std::uint8_t>(generated_label(key));
    generate_image(key, std::span(images.pixels).subspan(i * kArea, kArea));
  }
  return {std::move(images), std::move(labels)};
}

}  // namespace tinycnn
