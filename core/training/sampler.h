// SPDX-License-Identifier: MIT
// Which images a mini-batch holds and in what order: a pure function of the data, the options and
// the step, so that training resumes bit-exact from a step number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/dataset.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/trainer.h"
#include "training/sample.h"

namespace tinycnn {

/// Mini-batches of one pass over `samples` images; the last one may be smaller.
std::int64_t steps_in_epoch(std::size_t samples, int batch_size);

/// Whether a generated digit replaces the training image with this key.
bool is_replaced(const TrainerOptions& options, const DigitKey& key);

/// Training image `key.index` with its label, or the generated digit that replaces it.
Sample sample_of(const Dataset& data, const TrainerOptions& options, const DigitKey& key);

/// What mixup adds to the sample of a key.
Mixture mixture_of(const Dataset& data, const TrainerOptions& options, const DigitKey& key);

class Sampler {
 public:
  /// The mini-batch of a step. Valid until the next call, as long as the data are.
  std::span<const Sample> draw(const Dataset& data, const TrainerOptions& options,
                               std::int64_t step);
  /// What the last call of draw returned.
  [[nodiscard]] std::span<const Sample> batch() const { return batch_; }
  /// What is mixed into each of them; none without mixup.
  [[nodiscard]] std::span<const Mixture> mixtures() const { return mixtures_; }

  [[nodiscard]] std::size_t memory_bytes() const {
    return batch_.size() * sizeof(Sample) + mixtures_.size() * sizeof(Mixture) +
           order_.size() * sizeof(std::uint32_t);
  }

 private:
  [[gnu::noinline]] void mix(const Dataset& data, const TrainerOptions& options,
                             std::uint32_t epoch);

  std::vector<Sample> batch_;
  std::vector<Mixture> mixtures_;
  std::vector<std::uint32_t> order_;  // of the epoch and seed below
  std::int64_t order_epoch_ = -1;
  std::uint64_t order_seed_ = 0;
};

}  // namespace tinycnn
