// SPDX-License-Identifier: MIT
// Where pieces of one flat memory lie. A piece lives from one moment to another; pieces that never
// live at the same moment may lie in the same place.
#pragma once

#include <cstddef>
#include <span>

namespace tinycnn {

struct Piece {
  std::size_t size = 0;    ///< floats
  std::size_t first = 0;   ///< the moment that writes it
  std::size_t last = 0;    ///< the last moment that reads it
  std::size_t offset = 0;  ///< what place() finds: a multiple of B
};

/// Gives every piece its offset: the larger ones first, each as low as the pieces that were placed
/// before and live at the same time let it, and none below `start`. Returns where the last one
/// ends. Throws Error if that is above 1 GiB.
std::size_t place(std::span<Piece> pieces, std::size_t start);

}  // namespace tinycnn
