// SPDX-License-Identifier: MIT
// What a Trainer holds, and the steps its methods are made of.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "support/buffer.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/trainer.h"
#include "training/batch_runner.h"
#include "training/inspection.h"
#include "training/sampler.h"
#include "training/weight_average.h"

namespace tinycnn {

inline double mean_of(double sum, std::size_t count) { return sum / static_cast<double>(count); }

/// What one mini-batch adds to the figures of train_steps and evaluate.
struct Tally {
  std::size_t samples = 0;
  std::size_t correct = 0;
  double loss_sum = 0.0;

  void add(const BatchRunner& runner, std::span<const Sample> batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      loss_sum += runner.losses()[i];
      correct += runner.predicted()[i] == batch[i].label ? 1 : 0;
    }
    samples += batch.size();
  }
  Tally& operator+=(const Tally& other) {
    samples += other.samples;
    correct += other.correct;
    loss_sum += other.loss_sum;
    return *this;
  }
};

struct Trainer::Snapshot::Contents {
  TrainerOptions options;
  std::int64_t step = 0;
  Buffer parameters;  // all of the model's flat memory
  Buffer optimizer_state;
  WeightAverage average;
  std::unique_ptr<Augmenter> augmenter;
};

struct Trainer::State {
  State(ModelSpec spec, const TrainerOptions& chosen, Executor& threads);

  [[nodiscard]] Dataset& data(Split split) {
    return split == Split::kTrain ? train : split == Split::kTest ? test : validation;
  }
  [[nodiscard]] std::int64_t steps_per_epoch() const;
  Dataset& require_data(Split split);
  void require_fits(const Dataset& dataset) const;
  /// Floats that the optimizer's state and the average of these options take.
  [[nodiscard]] std::size_t optimizer_state_size(const TrainerOptions& wanted) const;
  [[nodiscard]] std::size_t average_size(const TrainerOptions& wanted) const;
  /// None where these options distort no image.
  [[nodiscard]] std::unique_ptr<Augmenter> make_augmenter(const TrainerOptions& wanted) const;
  void reset_optimizer();
  /// Tells the runner what the options say of images and loss.
  void apply_options() noexcept;
  /// What a checkpoint of this model holds, for take_over. Throws Error unless it fits.
  [[nodiscard]] Snapshot::Contents contents_of(const Checkpoint& checkpoint) const;
  void take_over(Snapshot::Contents& contents) noexcept;
  [[nodiscard]] Augmentation augmentation() const;
  /// The last layer's output for an image of pixels 0..255, in lane 0 of a block.
  std::span<const float> predict(std::span<const float> pixels) {
    return inspection.predict(pixels, options.normalization, evaluation_weights());
  }
  /// With which it evaluates and predicts.
  EvaluationWeights evaluation_weights() { return average.weights(model, step); }
  /// Goes on with a mini-batch by so many blocks through one phase each, or begins the next one;
  /// fills in `result` and returns true where it is through. Where it shows a divergence, weights
  /// and running statistics stay as they were.
  bool train_blocks(std::size_t blocks, Tally& tally, TrainResult& result);
  void begin_step();
  void end_step(Tally& tally, TrainResult& result);
  /// The result with its means over what was trained.
  [[nodiscard]] TrainResult sum_up(const Tally& tally, TrainResult result) const;
  /// Between begin_step and end_step the model's running statistics change; in parts of that time
  /// where others may look at the model they are as before.
  void swap_buffers();
  /// Drops a mini-batch that is not through, as if it had not begun.
  void drop_step() { within_step = false; }
  double update_weights();

  TrainerOptions options;
  Executor& executor;
  CompiledModel model;
  BatchRunner runner;
  Inspection inspection;
  Sampler sampler;
  Buffer optimizer_state;
  WeightAverage average;
  std::unique_ptr<Augmenter> augmenter;  // none where nothing is distorted
  std::vector<float> other_buffers;      // running statistics before a mini-batch, or within it
  bool within_step = false;              // a mini-batch has begun and is not through
  Dataset train;
  Dataset test;
  Dataset validation;
  std::int64_t step = 0;
};

}  // namespace tinycnn
