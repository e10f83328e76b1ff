// SPDX-License-Identifier: MIT
#include "support/buffer.h"

#include "support/text.h"

namespace tinycnn {

std::size_t buffer_size(std::size_t count, std::size_t size, std::string_view what) {
  const std::size_t floats = saturating_product({count, size});
  if (floats > kMaxBufferSize) {
    fail_as(ErrorCode::kOutOfMemory, "[memory] expected ", what, " that fit into 1 GiB, got ",
            count, " times ", size, " numbers of 4 bytes");
  }
  return floats;
}

}  // namespace tinycnn
