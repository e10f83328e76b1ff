// SPDX-License-Identifier: MIT
// The only file that names xsimd's types. Batch is the widest register of the build with at most B
// lanes. Every kernel is a loop over groups of lanes of that width; lanes never mix, so results are
// bit-exact for every width.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#ifdef TINYCNN_RELAXED
#include <wasm_simd128.h>
#endif

#include "kernels/xsimd.h"
#include "tinycnn/shape.h"

#ifdef __FAST_MATH__
#error "-ffast-math lets the compiler reorder sums: results would differ between builds"
#endif

namespace tinycnn::kernels {

using WidestBatch = xsimd::batch<float>;
using Batch = std::conditional_t<(WidestBatch::size > kLanes),
                                 xsimd::make_sized_batch_t<float, kLanes>, WidestBatch>;

inline constexpr int kWidth = static_cast<int>(Batch::size);
inline constexpr int kGroups = kLanes / kWidth;
static_assert(kGroups * kWidth == kLanes, "registers must divide a block evenly");

inline Batch load(const float* from) { return Batch::load_unaligned(from); }
inline void store(float* to, const Batch& value) { value.store_unaligned(to); }

/// sum + a * b, rounded twice. In the relaxed build the processor may round once: faster, but no
/// longer bit-exact across machines.
inline Batch add_product(const Batch& sum, const Batch& a, const Batch& b) {
#ifdef TINYCNN_RELAXED
  return Batch(wasm_f32x4_relaxed_madd(a.data, b.data, sum.data));
#else
  return sum + a * b;
#endif
}

/// a / b, rounded as IEEE 754 says. On 64-bit ARM xsimd's own quotients and square roots are
/// approximations.
inline Batch divide(const Batch& a, const Batch& b) {
#if XSIMD_WITH_NEON64
  return Batch(vdivq_f32(a.data, b.data));
#else
  return a / b;
#endif
}
inline float divide(float a, float b) { return a / b; }

inline Batch square_root(const Batch& v) {
#if XSIMD_WITH_NEON64
  return Batch(vsqrtq_f32(v.data));
#else
  return xsimd::sqrt(v);
#endif
}

/// value where mask is set, else +0. A select would take three instructions in WebAssembly.
template <class Mask>
inline Batch keep(const Mask& mask, const Batch& value) {
  if constexpr (std::is_same_v<typename Mask::register_type, Batch::register_type>) {
    return value & Batch(mask.data);
  } else {
    return xsimd::select(mask, value, Batch(0.0F));
  }
}

/// value, or +0 where it is smaller than every normal number; NaN for NaN. Averages of gradients
/// that have become zero would stay denormal for ever, and arithmetic with denormal numbers takes
/// many times as long.
inline Batch normal_or_zero(const Batch& value) {
  return keep(!(xsimd::abs(value) < Batch(std::numeric_limits<float>::min())), value);
}

/// max(v, 0), but NaN for NaN, so that a divergence is not hidden.
inline Batch relu(const Batch& v) {
  const Batch zero(0.0F);
  return xsimd::select(v < zero, zero, v);
}

/// `lanes` rounded up to a multiple of the register width.
constexpr int whole_registers(int lanes) { return (lanes + kWidth - 1) / kWidth * kWidth; }

/// Transposes: rows[i][j] becomes rows[j][i], in log2(width) rounds that interleave the two halves.
template <class Register, std::size_t Width>
inline void transpose(Register (&rows)[Width]) {
  static_assert(Register::size == Width);
  for (std::size_t round = 1; round < Width; round *= 2) {
    Register mixed[Width];
    for (std::size_t i = 0; i < Width / 2; ++i) {
      mixed[2 * i] = xsimd::zip_lo(rows[i], rows[i + Width / 2]);
      mixed[2 * i + 1] = xsimd::zip_hi(rows[i], rows[i + Width / 2]);
    }
    std::copy_n(mixed, Width, rows);
  }
}

/// Copies `count` floats, a multiple of the register width. WebAssembly without bulk memory
/// operations has no fast memcpy.
inline void copy(const float* from, std::ptrdiff_t count, float* to) {
  for (std::ptrdiff_t i = 0; i < count; i += kWidth) {
    store(to + i, load(from + i));
  }
}

/// Calls step(i) for the first float i of every register in `count` floats, a multiple of B. Each
/// iteration of the outer loop covers B floats, which reduces loop overhead.
template <class Step>
inline void for_registers(std::size_t count, const Step& step) {
  for (std::size_t i = 0; i < count; i += kLanes) {
    for (std::size_t group = 0; group < kLanes; group += kWidth) {
      step(i + group);
    }
  }
}

/// Sum of the B lanes at `lanes` in one fixed tree: ((0+4)+(2+6)) + ((1+5)+(3+7)).
inline float sum_lanes(const float* lanes) {
  static_assert(kLanes == 8);
  const float a = (lanes[0] + lanes[4]) + (lanes[2] + lanes[6]);
  const float b = (lanes[1] + lanes[5]) + (lanes[3] + lanes[7]);
  return a + b;
}

/// Calls step(std::integral_constant<int, size>, first) for 0..count-1 in tiles of size Tile and
/// one smaller tile for the remainder, so that the compiler knows all tile sizes.
template <int Tile, class Step>
inline void for_tiles(int count, const Step& step) {
  int first = 0;
  for (; first + Tile <= count; first += Tile) {
    step(std::integral_constant<int, Tile>{}, first);
  }
  if constexpr (Tile > 1) {
    const int remainder = count - first;
    const auto dispatch = [&]<int Size>(const auto& self, std::integral_constant<int, Size> size) {
      if (remainder == Size) {
        step(size, first);
      } else if constexpr (Size > 1) {
        self(self, std::integral_constant<int, Size - 1>{});
      }
    };
    if (remainder > 0) {
      dispatch(dispatch, std::integral_constant<int, Tile - 1>{});
    }
  }
}

}  // namespace tinycnn::kernels
