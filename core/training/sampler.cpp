// SPDX-License-Identifier: MIT
#include "training/sampler.h"

#include <algorithm>

#include "support/random.h"

namespace tinycnn {

std::int64_t steps_in_epoch(std::size_t samples, int batch_size) {
  return (static_cast<std::int64_t>(samples) + batch_size - 1) / batch_size;
}

bool is_replaced(const TrainerOptions& options, const DigitKey& key) {
  return options.augment.generated > 0.0 && is_generated(key, options.augment.generated);
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
    const std::size_t index = order_[first + i];
    batch_[i] = {data.pixels(index), data.label(index), index};
    const DigitKey key{options.seed, static_cast<std::uint32_t>(epoch), index};
    if (is_replaced(options, key)) {
      batch_[i].label = static_cast<std::uint8_t>(generated_label(key));
      batch_[i].generated = true;
    }
  }
  return batch_;
}

}  // namespace tinycnn
