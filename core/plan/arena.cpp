// SPDX-License-Identifier: MIT
#include "plan/arena.h"

#include <algorithm>
#include <vector>

#include "support/buffer.h"
#include "support/text.h"

namespace tinycnn {
namespace {

bool overlap_in_time(const ArenaBuffer& a, const ArenaBuffer& b) {
  return a.first <= b.last && b.first <= a.last;
}

/// The lowest offset at which `buffer` fits between the placed buffers, sorted by offset, that are
/// alive at the same time.
std::size_t lowest_gap(const ArenaBuffer& buffer, const std::vector<const ArenaBuffer*>& placed,
                       std::size_t start) {
  std::size_t offset = start;
  for (const ArenaBuffer* other : placed) {
    if (overlap_in_time(buffer, *other)) {
      if (other->offset >= offset + buffer.size) {
        break;
      }
      offset = std::max(offset, other->offset + round_up_to_lanes(other->size));
    }
  }
  return offset;
}

}  // namespace

std::size_t place_buffers(std::span<ArenaBuffer> buffers, std::size_t start) {
  std::vector<ArenaBuffer*> waiting;
  for (ArenaBuffer& buffer : buffers) {
    buffer.offset = start;
    if (buffer.size > 0) {
      waiting.push_back(&buffer);
    }
  }
  std::vector<const ArenaBuffer*> placed;  // by offset
  std::size_t end = start;
  while (!waiting.empty()) {
    const auto largest =
        std::ranges::max_element(waiting, {}, &ArenaBuffer::size);  // the first of equals
    ArenaBuffer* const buffer = *largest;
    waiting.erase(largest);
    // Checked for each buffer, so that sums of sizes cannot overflow.
    buffer->offset =
        buffer->size > kMaxBufferSize ? kMaxBufferSize : lowest_gap(*buffer, placed, start);
    if (buffer->offset > kMaxBufferSize - std::min(buffer->size, kMaxBufferSize)) {
      fail_as(ErrorCode::kOutOfMemory,
              "[memory] expected a model whose activations and gradients for ", kLanes,
              " samples fit into 1 GiB, got one that needs more");
    }
    placed.insert(std::ranges::upper_bound(placed, buffer->offset, {}, &ArenaBuffer::offset),
                  buffer);
    end = std::max(end, buffer->offset + round_up_to_lanes(buffer->size));
  }
  return end;
}

}  // namespace tinycnn
