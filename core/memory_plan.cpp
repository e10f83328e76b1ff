// SPDX-License-Identifier: MIT
#include "memory_plan.h"

#include <algorithm>
#include <vector>

#include "buffer.h"
#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 28;  // floats

bool meet(const Piece& a, const Piece& b) { return a.first <= b.last && b.first <= a.last; }

/// The lowest gap that takes `piece` between those of `placed`, sorted by offset, that it meets.
std::size_t lowest_gap(const Piece& piece, const std::vector<const Piece*>& placed,
                       std::size_t start) {
  std::size_t offset = start;
  for (const Piece* other : placed) {
    if (meet(piece, *other)) {
      if (other->offset >= offset + piece.size) {
        break;
      }
      offset = std::max(offset, other->offset + round_up_to_lanes(other->size));
    }
  }
  return offset;
}

}  // namespace

std::size_t place(std::span<Piece> pieces, std::size_t start) {
  std::vector<Piece*> order;
  for (Piece& piece : pieces) {
    piece.offset = start;
    if (piece.size > 0) {
      order.push_back(&piece);
    }
  }
  std::ranges::sort(order, [](const Piece* a, const Piece* b) {
    return a->size != b->size ? a->size > b->size : a < b;  // in their order where they are equal
  });
  std::vector<const Piece*> placed;  // by offset
  std::size_t end = start;
  for (Piece* piece : order) {
    // Before the sizes can overflow: no single one that passes is above 2^28.
    piece->offset = piece->size > kMost ? kMost : lowest_gap(*piece, placed, start);
    if (piece->offset > kMost - std::min(piece->size, kMost)) {
      fail("[memory] expected a model whose activations and gradients for ", kLanes,
           " samples fit into 1 GiB, got one that needs more");
    }
    placed.insert(std::ranges::upper_bound(placed, piece->offset, {}, &Piece::offset), piece);
    end = std::max(end, piece->offset + round_up_to_lanes(piece->size));
  }
  return end;
}

}  // namespace tinycnn
