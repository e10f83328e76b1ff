// SPDX-License-Identifier: MIT
#include "plan/memory_plan.h"

#include <algorithm>
#include <vector>

#include "support/buffer.h"
#include "support/text.h"

namespace tinycnn {
namespace {

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
  std::vector<Piece*> waiting;
  for (Piece& piece : pieces) {
    piece.offset = start;
    if (piece.size > 0) {
      waiting.push_back(&piece);
    }
  }
  std::vector<const Piece*> placed;  // by offset
  std::size_t end = start;
  while (!waiting.empty()) {
    const auto largest =
        std::ranges::max_element(waiting, {}, &Piece::size);  // the first of equals
    Piece* const piece = *largest;
    waiting.erase(largest);
    // Before the sizes can overflow: no single one that passes is above the limit.
    piece->offset =
        piece->size > kMaxBufferSize ? kMaxBufferSize : lowest_gap(*piece, placed, start);
    if (piece->offset > kMaxBufferSize - std::min(piece->size, kMaxBufferSize)) {
      fail_as(ErrorCode::kOutOfMemory,
              "[memory] expected a model whose activations and gradients for ", kLanes,
              " samples fit into 1 GiB, got one that needs more");
    }
    placed.insert(std::ranges::upper_bound(placed, piece->offset, {}, &Piece::offset), piece);
    end = std::max(end, piece->offset + round_up_to_lanes(piece->size));
  }
  return end;
}

}  // namespace tinycnn
