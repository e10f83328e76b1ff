// SPDX-License-Identifier: MIT
#include "tinycnn/digit_generator.h"

#include <utility>

#include "handwriting.h"
#include "ink.h"
#include "tinycnn/error.h"

namespace tinycnn {

GeneratedDigit generate_strokes(const DigitKey& key, std::optional<int> label) {
  if (label && (*label < 0 || *label >= kGeneratedClasses)) {
    fail("[digits] expected a label from 0 to ", kGeneratedClasses - 1, ", got ", *label);
  }
  Writing writing = write_digit(key, label);
  GeneratedDigit digit{.label = writing.glyph->digit,
                       .style = writing.glyph->style,
                       .strokes = {},
                       .pen = writing.pen};
  for (std::size_t s = 0; s < writing.strokes; ++s) {
    const auto stroke = writing.stroke(s);
    digit.strokes.emplace_back(stroke.begin(), stroke.end());
  }
  return digit;
}

void generate_image(const DigitKey& key, std::span<std::uint8_t> pixels) noexcept {
  const Writing writing = write_digit(key, {});
  const auto points = std::span(writing.points).first(writing.size());
  place(ink_path({points, writing.ends()}, writing.pen), pixels);
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
