// SPDX-License-Identifier: MIT
// Generates handwritten digits stroke by stroke from the glyphs in
// core/handwriting/glyph_table.h and renders them with the code that renders drawings
// (tinycnn/strokes.h). Each digit is a pure function of its key, bit-exact in every build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tinycnn/dataset.h"
#include "tinycnn/strokes.h"

namespace tinycnn {

inline constexpr int kGeneratedClasses = 10;
inline constexpr std::size_t kMaxGenerated = 100'000;  ///< digits of one call, a second or two

/// Selects a generated digit.
struct DigitKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint64_t index = 0;
};

/// A digit as strokes.
struct GeneratedDigit {
  int label = 0;
  std::size_t style = 0;            ///< index of the glyph among all glyphs
  std::vector<StrokePoint> points;  ///< about one unit high; render_strokes draws them
  std::vector<std::uint32_t> ends;
  Pen pen{};

  [[nodiscard]] StrokePath path() const { return {points, ends}; }
};

/// 0..9, uniformly distributed.
int generated_label(const DigitKey& key) noexcept;

/// True for a share (0..1) of all keys, independent of the label.
bool is_generated(const DigitKey& key, double share) noexcept;

/// The strokes of a digit; with `label`, of that digit in the same style. Throws Error for labels
/// outside 0..9.
GeneratedDigit generate_strokes(const DigitKey& key, std::optional<int> label = {});

/// The image of a digit: pixels [28][28] as render_strokes(path(), pen) gives them. Allocates only
/// in its first call.
void generate_image(const DigitKey& key, std::span<std::uint8_t> pixels) noexcept;

/// Digits first..first+count-1 of epoch 0. Throws Error for counts of 0 or above kMaxGenerated.
Dataset generate_digits(std::uint64_t seed, std::uint64_t first, std::size_t count);

}  // namespace tinycnn
