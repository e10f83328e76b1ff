// SPDX-License-Identifier: MIT
// Places buffers in one arena. A buffer is alive from one time step to another; buffers that are
// never alive at the same time step may overlap.
#pragma once

#include <cstddef>
#include <span>

namespace tinycnn {

struct ArenaBuffer {
  std::size_t size = 0;    ///< floats
  std::size_t first = 0;   ///< the time step that writes it
  std::size_t last = 0;    ///< the last time step that reads it
  std::size_t offset = 0;  ///< in the arena, a multiple of B; set by place_buffers()
};

/// Sets the offset of every buffer. Larger buffers are placed first, each at the lowest offset from
/// `start` on where it overlaps no placed buffer that is alive at the same time. Returns the end of
/// the arena. Throws Error if that is above 1 GiB.
std::size_t place_buffers(std::span<ArenaBuffer> buffers, std::size_t start);

}  // namespace tinycnn
