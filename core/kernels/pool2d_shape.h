// SPDX-License-Identifier: MIT
// The sizes that max pooling and average pooling share.
#pragma once

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

/// Windows over an input that is padded already.
struct Pool2dShape {
  Shape input{};
  Size2d kernel{};
  Size2d stride{};

  [[nodiscard]] constexpr Shape output() const {
    return {input.channels, (input.height - kernel.height) / stride.height + 1,
            (input.width - kernel.width) / stride.width + 1};
  }
};

}  // namespace tinycnn::kernels
