// SPDX-License-Identifier: MIT
#include "training/sampler.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/exp_log.h"
#include "kernels/mix_images.h"
#include "support/random.h"

namespace tinycnn {
namespace {

/// Four random words: number `block` of the key, counted from 0.
std::array<std::uint32_t, 4> mixup_words(const DigitKey& key, std::uint32_t block) {
  const auto purpose = static_cast<std::uint32_t>(Purpose::kMixup) | block << 8;
  return philox4x32_10(
      {static_cast<std::uint32_t>(key.index), static_cast<std::uint32_t>(key.index >> 32),
       key.epoch, purpose},
      {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

/// Draws from the beta distribution of (alpha, alpha): M. D. Joehnk, Metrika 8, 1964. With U and V
/// uniform, x = U^(1 / alpha) and y = V^(1 / alpha) give x / (x + y) where x + y is at most 1;
/// here by logarithms, because small alphas make numbers that are next to nothing.
float draw_beta(double alpha, const DigitKey& key) {
  const auto power = static_cast<float>(std::min(1.0 / alpha, 1e30));
  for (std::uint32_t block = 1;; ++block) {
    const auto words = mixup_words(key, block);
    for (const std::size_t first : {std::size_t{0}, std::size_t{2}}) {
      const float log_x = kernels::portable_log(1.0F - to_unit_float(words[first])) * power;
      const float log_y = kernels::portable_log(1.0F - to_unit_float(words[first + 1])) * power;
      if (kernels::portable_exp(log_x) + kernels::portable_exp(log_y) <= 1.0F) {
        return 1.0F / (1.0F + kernels::portable_exp(log_y - log_x));
      }
    }
  }
}

}  // namespace

std::int64_t steps_in_epoch(std::size_t samples, int batch_size) {
  return (static_cast<std::int64_t>(samples) + batch_size - 1) / batch_size;
}

bool is_replaced(const TrainerOptions& options, const DigitKey& key) {
  return options.augment.generated > 0.0 && is_generated(key, options.augment.generated);
}

Sample sample_of(const Dataset& data, const TrainerOptions& options, const DigitKey& key) {
  const auto index = static_cast<std::size_t>(key.index);
  Sample sample{data.pixels(index), data.label(index), index};
  if (is_replaced(options, key)) {
    sample.label = static_cast<std::uint8_t>(generated_label(key));
    sample.generated = true;
  }
  return sample;
}

Mixture mixture_of(const Dataset& data, const TrainerOptions& options, const DigitKey& key) {
  // Multiply-shift maps the word to the indices; its bias is below size / 2^32.
  const std::uint64_t word = mixup_words(key, 0)[0];
  DigitKey other = key;
  other.index = word * data.size() >> 32;
  const float drawn = draw_beta(options.augment.mixup, key);
  const float share = std::min(drawn, 1.0F - drawn) * static_cast<float>(kernels::kWholeShare);
  return {sample_of(data, options, other), static_cast<int>(std::floor(share + 0.5F))};
}

std::span<const Sample> Sampler::draw(const Dataset& data, const TrainerOptions& options,
                                      std::int64_t step) {
  const std::int64_t steps = steps_in_epoch(data.size(), options.batch_size);
  const std::int64_t epoch = step / steps;
  if (epoch != order_epoch_ || options.seed != order_seed_ || order_.size() != data.size()) {
    order_ = shuffled_order(options.seed, static_cast<std::uint32_t>(epoch),
                            static_cast<std::uint32_t>(data.size()));
    order_epoch_ = epoch;
    order_seed_ = options.seed;
  }
  const auto size = static_cast<std::size_t>(options.batch_size);
  const std::size_t first = static_cast<std::size_t>(step % steps) * size;
  batch_.resize(std::min(size, order_.size() - first));
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const DigitKey key{options.seed, static_cast<std::uint32_t>(epoch), order_[first + i]};
    batch_[i] = sample_of(data, options, key);
  }
  mixtures_.clear();
  if (options.augment.mixup > 0.0) {
    mix(data, options, static_cast<std::uint32_t>(epoch));
  }
  return batch_;
}

void Sampler::mix(const Dataset& data, const TrainerOptions& options, std::uint32_t epoch) {
  for (const Sample& sample : batch_) {
    mixtures_.push_back(mixture_of(data, options, {options.seed, epoch, sample.index}));
  }
}

}  // namespace tinycnn
