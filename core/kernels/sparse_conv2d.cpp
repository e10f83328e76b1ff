// SPDX-License-Identifier: MIT
// The weight gradient keeps rows of sums in registers and streams the sample, the input gradient
// keeps rows of weights in registers and adds to the sample in memory. A tile of twelve registers
// is the largest that WebAssembly engines keep out of memory on x86-64.
#include "kernels/sparse_conv2d.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <type_traits>

#include "kernels/quad.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

static_assert(Quad::size == kRowUnit);

template <class Register>
inline Register add_scaled(const Register& sum, float factor, const Register& value) {
  if constexpr (std::is_same_v<Register, Batch>) {
    return add_product(sum, Batch(factor), value);
  } else {
    return sum + Register(factor) * value;
  }
}

/// Units * kRowUnit floats of a row, in registers as wide as the build has them.
template <int Units>
struct RowTile {
  static constexpr int kWide = kWidth > kRowUnit ? Units / 2 : 0;
  static constexpr int kNarrow = Units - 2 * kWide;
  static constexpr int kNarrowAt = 2 * kWide * kRowUnit;
  Batch wide[kWide > 0 ? kWide : 1];
  Quad narrow[kNarrow > 0 ? kNarrow : 1];

  void read(const float* from) {
    for (int i = 0; i < kWide; ++i) {
      wide[i] = load(from + i * kWidth);
    }
    for (int i = 0; i < kNarrow; ++i) {
      narrow[i] = load_quad(from + kNarrowAt + i * kRowUnit);
    }
  }
  void write(float* to) const {
    for (int i = 0; i < kWide; ++i) {
      store(to + i * kWidth, wide[i]);
    }
    for (int i = 0; i < kNarrow; ++i) {
      narrow[i].store_unaligned(to + kNarrowAt + i * kRowUnit);
    }
  }
  /// this += factor * from
  void add(float factor, const float* from) {
    for (int i = 0; i < kWide; ++i) {
      wide[i] = add_scaled(wide[i], factor, load(from + i * kWidth));
    }
    for (int i = 0; i < kNarrow; ++i) {
      narrow[i] = add_scaled(narrow[i], factor, load_quad(from + kNarrowAt + i * kRowUnit));
    }
  }
  /// to += factor * this
  void add_to(float factor, float* to) const {
    for (int i = 0; i < kWide; ++i) {
      store(to + i * kWidth, add_scaled(load(to + i * kWidth), factor, wide[i]));
    }
    for (int i = 0; i < kNarrow; ++i) {
      float* at = to + kNarrowAt + i * kRowUnit;
      add_scaled(load_quad(at), factor, narrow[i]).store_unaligned(at);
    }
  }
};

/// Calls visit(offset, gradient) for every pair of a list.
template <class Visit>
inline void for_list(const float* list, const Visit& visit) {
  const float* const end = list + 2 * (std::ptrdiff_t{1} + std::bit_cast<std::int32_t>(*list));
  for (const float* pair = list + 2; pair != end; pair += 2) {
    visit(static_cast<std::ptrdiff_t>(std::bit_cast<std::int32_t>(pair[0])), pair[1]);
  }
}

/// Rows of a kernel: `line` floats apart in the sample, `row` floats apart in weights and sums.
struct Rows {
  std::ptrdiff_t line = 0;
  std::ptrdiff_t row = 0;
};

template <int Count, int Units>
void add_weight_tile(const Rows& rows, const float* list, const float* sample, float* sums) {
  RowTile<Units> sum[Count];
  for (int r = 0; r < Count; ++r) {
    sum[r].read(sums + r * rows.row);
  }
  for_list(list, [&](std::ptrdiff_t offset, float gradient) {
    for (int r = 0; r < Count; ++r) {
      sum[r].add(gradient, sample + offset + r * rows.line);
    }
  });
  for (int r = 0; r < Count; ++r) {
    sum[r].write(sums + r * rows.row);
  }
}

template <int Count, int Units>
void add_input_tile(const Rows& rows, const float* list, const float* packed, float* d_sample) {
  RowTile<Units> weight[Count];
  for (int r = 0; r < Count; ++r) {
    weight[r].read(packed + r * rows.row);
  }
  for_list(list, [&](std::ptrdiff_t offset, float gradient) {
    for (int r = 0; r < Count; ++r) {
      weight[r].add_to(gradient, d_sample + offset + r * rows.line);
    }
  });
}

/// Either of the two above.
using Tile = void (*)(const Rows& rows, const float* list, const float* from, float* to);

/// By the number of rows and units that a tile holds.
template <template <int, int> class Of>
Tile tile_of(int rows, int units) {
  if (rows > 1) {
    return rows == 5 ? Of<5, 2>::kTile : units == 1 ? Of<3, 1>::kTile : Of<3, 3>::kTile;
  }
  switch (units) {
    case 12:
      return Of<1, 12>::kTile;
    case 8:
      return Of<1, 8>::kTile;
    case 4:
      return Of<1, 4>::kTile;
    case 2:
      return Of<1, 2>::kTile;
    default:
      return Of<1, 1>::kTile;
  }
}

template <int Count, int Units>
struct WeightTile {
  static constexpr Tile kTile = add_weight_tile<Count, Units>;
};
template <int Count, int Units>
struct InputTile {
  static constexpr Tile kTile = add_input_tile<Count, Units>;
};

/// Calls run(tile, first row, first unit) for tiles that cover a kernel.
template <template <int, int> class Of, class Run>
void for_row_tiles(const SparseConv2dShape& shape, const Run& run) {
  const int together = shape.rows_together();
  const int units = shape.row_size() / kRowUnit;
  for (int r = 0; r < shape.conv.kernel.height; r += together) {
    for (int unit = 0; unit < units;) {
      const int size = together > 1 ? units : row_tile(units - unit);
      run(tile_of<Of>(together, size), r, unit);
      unit += size;
    }
  }
}

Rows rows_of(const SparseConv2dShape& shape) {
  return {.line = std::ptrdiff_t{shape.conv.in_width} * shape.conv.in_channels,
          .row = shape.row_size()};
}

/// Calls visit(index in [K][C][R][S], index in [K][R][row_size]) for every weight.
template <class Visit>
void for_weights(const SparseConv2dShape& shape, const Visit& visit) {
  const Conv2dShape& conv = shape.conv;
  const auto [height, width] = conv.kernel;
  std::size_t plain = 0;
  for (int kc = 0; kc < conv.out_channels * conv.in_channels; ++kc) {
    const int k = kc / conv.in_channels;
    const int c = kc % conv.in_channels;
    for (int r = 0; r < height; ++r) {
      const int row = (k * height + r) * shape.row_size();
      for (int s = 0; s < width; ++s, ++plain) {
        visit(plain, static_cast<std::size_t>(row + s * conv.in_channels + c));
      }
    }
  }
}

}  // namespace

void sparse_conv2d_lists(const SparseConv2dShape& shape, std::span<const float> d_pooled,
                         std::span<const float> winner, std::span<float> lists) noexcept {
  const Conv2dShape& conv = shape.conv;
  const Pool2dShape& pool = shape.pool;
  assert(pool.kernel.height * pool.kernel.width <= kMaxSparseWindow);
  assert(lists.size() >= shape.lists_size());
  // 64 bits, for a stride beyond the input would not fit otherwise; no window uses it.
  const std::int64_t down = std::int64_t{conv.stride.height} * conv.in_width * conv.in_channels;
  const std::int64_t right = std::int64_t{conv.stride.width} * conv.in_channels;
  std::int64_t offsets[kMaxSparseWindow];  // of a pixel in its window
  for (int i = 0; i < pool.kernel.height * pool.kernel.width; ++i) {
    offsets[i] = i / pool.kernel.width * down + i % pool.kernel.width * right;
  }
  const Shape out = pool.output();
  const std::size_t block = shape.windows() * kLanes;
  for (std::size_t b = 0; b < kLanes; ++b) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(conv.out_channels); ++k) {
      float* const list =
          &lists[(b * static_cast<std::size_t>(conv.out_channels) + k) * shape.list_size()];
      float* pair = list + 2;
      const float* d = &d_pooled[k * block + b];
      const float* at = &winner[k * block + b];
      for (int y = 0; y < out.height; ++y) {
        std::int64_t corner = y * pool.stride.height * down;
        for (int x = 0; x < out.width; ++x, d += kLanes, at += kLanes) {
          pair[0] = std::bit_cast<float>(
              static_cast<std::int32_t>(corner + offsets[static_cast<int>(*at)]));
          pair[1] = *d;
          pair += *d != 0.0F ? 2 : 0;
          corner += pool.stride.width * right;
        }
      }
      list[0] = std::bit_cast<float>(static_cast<std::int32_t>((pair - list) / 2 - 1));
    }
  }
}

void sparse_conv2d_pack_weight(const SparseConv2dShape& shape, std::span<const float> weight,
                               std::span<float> packed) noexcept {
  assert(packed.size() == shape.packed_size());
  std::ranges::fill(packed, 0.0F);
  for_weights(shape, [&](std::size_t plain, std::size_t at) { packed[at] = weight[plain]; });
}

void sparse_conv2d_backward_weight(const SparseConv2dShape& shape, std::span<const float> samples,
                                   std::span<const float> lists, std::span<float> sums,
                                   std::span<float> d_weight) noexcept {
  const Rows rows = rows_of(shape);
  const auto list_size = static_cast<std::ptrdiff_t>(shape.list_size());
  const float* list = lists.data();
  const float* sample = samples.data();
  std::ranges::fill(sums, 0.0F);
  for (int b = 0; b < kLanes; ++b) {
    for_row_tiles<WeightTile>(shape, [&](Tile tile, int r, int unit) {
      const float* from = sample + r * rows.line + unit * kRowUnit;
      float* to = sums.data() + r * rows.row + unit * kRowUnit;
      for (int k = 0; k < shape.conv.out_channels; ++k) {
        tile(rows, list + k * list_size, from, to);
        to += shape.conv.kernel.height * rows.row;
      }
    });
    list += shape.conv.out_channels * list_size;
    sample += shape.sample_size();
  }
  for_weights(shape, [&](std::size_t plain, std::size_t at) { d_weight[plain] += sums[at]; });
}

void sparse_conv2d_backward_input(const SparseConv2dShape& shape, std::span<const float> packed,
                                  std::span<const float> lists,
                                  std::span<float> d_samples) noexcept {
  const Rows rows = rows_of(shape);
  const auto list_size = static_cast<std::ptrdiff_t>(shape.list_size());
  const float* list = lists.data();
  float* d_sample = d_samples.data();
  std::ranges::fill(d_samples, 0.0F);
  for (int b = 0; b < kLanes; ++b) {
    for_row_tiles<InputTile>(shape, [&](Tile tile, int r, int unit) {
      const float* from = packed.data() + r * rows.row + unit * kRowUnit;
      float* to = d_sample + r * rows.line + unit * kRowUnit;
      for (int k = 0; k < shape.conv.out_channels; ++k) {
        tile(rows, list + k * list_size, from, to);
        from += shape.conv.kernel.height * rows.row;
      }
    });
    list += shape.conv.out_channels * list_size;
    d_sample += shape.sample_size();
  }
}

}  // namespace tinycnn::kernels
