// SPDX-License-Identifier: MIT
#include "training/training_image.h"

#include <algorithm>

#include "kernels/mix_images.h"
#include "tinycnn/digit_generator.h"

namespace tinycnn {

void make_image(const Augmentation& augmentation, const Sample& sample, std::span<std::uint8_t> out,
                AugmentScratch& scratch) noexcept {
  const std::uint64_t seed = augmentation.seed;
  const std::uint32_t epoch = augmentation.epoch;
  const std::span<const std::uint8_t> pixels(sample.pixels, out.size());
  if (sample.generated) {
    generate_image({seed, epoch, sample.index}, out);
  } else if (augmentation.augmenter != nullptr) {
    augmentation.augmenter->augment({seed, epoch, sample.index}, pixels, out, scratch);
  } else {
    std::ranges::copy(pixels, out.begin());
  }
}

void mix_in(const Augmentation& augmentation, const Mixture& mixture, std::span<std::uint8_t> image,
            std::span<std::uint8_t> other, AugmentScratch& scratch) noexcept {
  make_image(augmentation, mixture.other, other, scratch);
  kernels::mix_images(mixture.share, other, image);
}

}  // namespace tinycnn
