// SPDX-License-Identifier: MIT
// One target for libFuzzer; TINYCNN_FUZZ_TARGET says which.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tinycnn::fuzz::TINYCNN_FUZZ_TARGET({data, size});
  return 0;
}
