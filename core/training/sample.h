// SPDX-License-Identifier: MIT
// One image of a mini-batch, and how images are augmented.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tinycnn/augment.h"

namespace tinycnn {

struct Sample {
  const std::uint8_t* pixels = nullptr;
  std::uint8_t label = 0;
  std::size_t index = 0;   ///< in its data set
  bool generated = false;  ///< the label is that of a generated digit, whose image replaces pixels
};

/// The sample whose image is mixed into another one's, as is its label into the loss.
struct Mixture {
  Sample other{};
  int share = 0;  ///< of 256; at most half
};

/// What happens to the images of a mini-batch before the network sees them.
struct Augmentation {
  const Augmenter* augmenter = nullptr;  ///< none: images are not distorted
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  bool generates = false;               ///< whether any sample may be generated
  std::span<const Mixture> mixtures{};  ///< for each sample; none: images are not mixed
};

}  // namespace tinycnn
