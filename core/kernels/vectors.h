// SPDX-License-Identifier: MIT
// Which vectors the kernels use: in a build for several (TINYCNN_DISPATCH) those that were chosen
// when the program started.
#pragma once

namespace tinycnn::kernels {

/// xsimd's name of their instructions: "avx2", "sse2", "arm64+neon", "emulated".
const char* vectors() noexcept;

}  // namespace tinycnn::kernels
