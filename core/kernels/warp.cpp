// SPDX-License-Identifier: MIT
#include "kernels/warp.h"

#include <algorithm>
#include <array>
#include <bit>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

using IntBatch = xsimd::batch<std::int32_t, Batch::arch_type>;
using WordBatch = xsimd::batch<std::uint32_t, Batch::arch_type>;

constexpr std::array<float, kLanes> kFirstColumns{0, 1, 2, 3, 4, 5, 6, 7};

Batch clamp(const Batch& v, const Batch& highest) {
  return xsimd::min(xsimd::max(v, Batch(0.0F)), highest);
}

// Adding 2^23 leaves no bits for a fraction: floats from 0 to 2^22 are rounded to the nearest
// integer, which is then in the low bits. Conversions are slow in WebAssembly.
constexpr float kMagic = 0x1p23F;

/// The nearest integer, ties to even.
IntBatch round_to_int(const Batch& v) {
  return xsimd::bitwise_cast<std::int32_t>(v + Batch(kMagic)) -
         IntBatch(std::bit_cast<std::int32_t>(kMagic));
}

Batch truncate(const Batch& v) {
  const Batch nearest = (v + Batch(kMagic)) - Batch(kMagic);
  return xsimd::select(nearest > v, nearest - Batch(1.0F), nearest);
}

template <int Byte>
Batch byte_of(const WordBatch& quads) {
  const WordBatch shifted = Byte == 0 ? quads : quads >> (8 * Byte);
  const WordBatch byte = Byte == 3 ? shifted : shifted & WordBatch(0xFFU);
  return xsimd::to_float(xsimd::bitwise_cast<std::int32_t>(byte));
}

/// The grey value of the image at (u, v), an integer from 0 to 255.
struct Sampler {
  const std::uint32_t* quads;
  Batch stride;
  Batch last_column;
  Batch last_row;

  Sampler(const ImageFrame& frame, std::span<const std::uint32_t> words)
      : quads(words.data()),
        stride(static_cast<float>(frame.quad_stride())),
        last_column(static_cast<float>(frame.W + 1)),
        last_row(static_cast<float>(frame.H + 1)) {}

  [[nodiscard]] IntBatch operator()(const Batch& u, const Batch& v) const {
    const Batch column = clamp(u, last_column);
    const Batch row = clamp(v, last_row);
    const Batch whole_column = truncate(column);
    const Batch whole_row = truncate(row);
    const Batch share_x = column - whole_column;
    const Batch share_y = row - whole_row;
    // Indices are far below 2^24, so floats hold them exactly.
    const IntBatch index = round_to_int(whole_row * stride + whole_column);
    const WordBatch quad = WordBatch::gather(quads, index);
    const Batch upper_left = byte_of<0>(quad);
    const Batch lower_left = byte_of<2>(quad);
    const Batch upper = upper_left + share_x * (byte_of<1>(quad) - upper_left);
    const Batch lower = lower_left + share_x * (byte_of<3>(quad) - lower_left);
    return round_to_int(upper + share_y * (lower - upper));
  }
};

/// Four rows of the field, and their weights.
struct FieldRow {
  std::array<Batch, 4> weights{};
  std::size_t first;
  std::size_t width;

  FieldRow(const ElasticField& field, std::size_t y, std::size_t row_width)
      : first(static_cast<std::size_t>(field.cells[y]) * row_width), width(row_width) {
    for (std::size_t i = 0; i < 4; ++i) {
      weights[i] = Batch(field.row_weights[4 * y + i]);
    }
  }

  [[nodiscard]] Batch at(std::span<const float> rows, std::size_t x) const {
    const float* from = &rows[first + x];
    Batch sum = weights[0] * load(from);
    for (std::size_t i = 1; i < 4; ++i) {
      sum = sum + weights[i] * load(from + i * width);
    }
    return sum;
  }
};

/// Converts integers to bytes; the last ones of a row may not fill a register.
void store_bytes(const IntBatch& values, std::size_t count, std::uint8_t* to) {
  std::array<std::int32_t, kWidth> numbers{};
  values.store_unaligned(numbers.data());
  if (count >= kWidth) {
    for (std::size_t i = 0; i < kWidth; ++i) {
      to[i] = static_cast<std::uint8_t>(numbers[i]);
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = static_cast<std::uint8_t>(numbers[i]);
  }
}

template <bool Elastic>
void warp_rows(const ImageFrame& frame, std::span<const std::uint32_t> quads, const AffineMap& map,
               const ElasticField& field, std::span<std::uint8_t> out) noexcept {
  const Sampler sample(frame, quads);
  const Batch first_columns = load(kFirstColumns.data());
  for (std::size_t y = 0; y < frame.H; ++y) {
    const auto row = static_cast<float>(y);
    const Batch row_u(map.u_y * row + map.u_0);
    const Batch row_v(map.v_y * row + map.v_0);
    const auto bends = [&] {
      if constexpr (Elastic) {
        return FieldRow(field, y, frame.float_width());
      } else {
        return 0;
      }
    }();
    for (std::size_t x = 0; x < frame.W; x += kWidth) {
      const Batch columns = first_columns + Batch(static_cast<float>(x));
      Batch u = Batch(map.u_x) * columns + row_u;
      Batch v = Batch(map.v_x) * columns + row_v;
      if constexpr (Elastic) {
        u = u + bends.at(field.u, x);
        v = v + bends.at(field.v, x);
      }
      store_bytes(sample(u, v), frame.W - x, &out[y * frame.W + x]);
    }
  }
}

}  // namespace

void pack_quads(const ImageFrame& frame, std::span<const std::uint8_t> framed,
                std::span<std::uint32_t> quads) noexcept {
  for (std::size_t y = 0; y < frame.H + 2; ++y) {
    const std::uint8_t* upper = &framed[y * frame.stride()];
    const std::uint8_t* lower = upper + frame.stride();
    std::uint32_t* to = &quads[y * frame.quad_stride()];
    for (std::size_t x = 0; x < frame.quad_stride(); ++x) {
      to[x] = std::uint32_t{upper[x]} | std::uint32_t{upper[x + 1]} << 8 |
              std::uint32_t{lower[x]} << 16 | std::uint32_t{lower[x + 1]} << 24;
    }
  }
}

void warp(const ImageFrame& frame, std::span<const std::uint32_t> quads, const AffineMap& map,
          const ElasticField& field, std::span<std::uint8_t> out) noexcept {
  if (field.cells.empty()) {
    warp_rows<false>(frame, quads, map, field, out);
  } else {
    warp_rows<true>(frame, quads, map, field, out);
  }
}

}  // namespace tinycnn::kernels
