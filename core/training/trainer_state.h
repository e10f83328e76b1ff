// SPDX-License-Identifier: MIT
// The state of a Trainer and the parts of its methods.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "support/buffer.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/trainer.h"
#include "training/batch_runner.h"
#include "training/inspection.h"
#include "training/muon.h"
#include "training/pruning_masks.h"
#include "training/sampler.h"
#include "training/weight_average.h"

namespace tinycnn {

inline double mean_of(double sum, std::size_t count) { return sum / static_cast<double>(count); }

/// The sums over samples behind the results of train_steps and evaluate.
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
  Buffer average;
  PruningMasks pruning;
  std::unique_ptr<Augmenter> augmenter;
  std::unique_ptr<Muon> muon;
};

struct Trainer::State {
  State(ModelSpec spec, const TrainerOptions& chosen, Executor& threads);

  [[nodiscard]] Dataset& data(Split split) {
    return split == Split::kTrain ? train : split == Split::kTest ? test : validation;
  }
  [[nodiscard]] std::int64_t steps_per_epoch() const;
  Dataset& require_data(Split split);
  void require_fits(const Dataset& dataset) const;
  /// The state of the optimizer and the average before the first step. Allocates nothing.
  void reset_optimizer() noexcept;
  /// None if these options distort no image.
  [[nodiscard]] std::unique_ptr<Augmenter> make_augmenter(const TrainerOptions& wanted) const;
  /// None for the other optimizers.
  [[nodiscard]] std::unique_ptr<Muon> make_muon(const TrainerOptions& wanted) const {
    return wanted.optimizer.type == OptimizerType::kMuon ? plan_muon() : nullptr;
  }
  [[nodiscard]] [[gnu::noinline]] std::unique_ptr<Muon> plan_muon() const;
  /// Passes the options for images and loss on to the runner.
  void apply_options() noexcept;
  /// The contents of a checkpoint of this model. Throws Error unless it fits.
  [[nodiscard]] Snapshot::Contents contents_of(const Checkpoint& checkpoint) const;
  void take_over(Snapshot::Contents& contents) noexcept;
  /// Of the mini-batch that was drawn last.
  [[nodiscard]] Augmentation augmentation() const;
  /// The weights for evaluation and prediction.
  EvaluationWeights evaluation_weights() { return average.weights(model, step); }
  /// Takes `blocks` blocks of the current or the next mini-batch through one phase each. If that
  /// finishes it, fills in `result` and returns true. If it has diverged, weights and running
  /// statistics stay as they were before it.
  bool train_blocks(std::size_t blocks, Tally& tally, TrainResult& result);
  void begin_step();
  void end_step(Tally& tally, TrainResult& result);
  /// The result with means over all samples of `tally`.
  [[nodiscard]] TrainResult sum_up(const Tally& tally, TrainResult result) const;
  /// Swaps the running statistics from before the current mini-batch with those that it has
  /// changed, so that an unfinished mini-batch is not visible from outside.
  void swap_buffers();
  /// Discards an unfinished mini-batch, as if it had not begun.
  void drop_step() { within_step = false; }
  double update_weights();
  /// The step of Muon, once the gradient is summed up.
  [[gnu::noinline]] void step_by_muon(const OptimizerStep& now, std::size_t threads) noexcept;
  [[nodiscard]] std::span<float> trained_weights() {
    return model.mutable_parameters().first(model.trainable_size());
  }
  /// Prunes what the schedule has for the present step. A page that prunes nothing loads neither it
  /// nor the other functions that must not be inlined.
  [[gnu::noinline]] void prune_if_due() noexcept;
  /// After a change of weights: makes zeros of those that are pruned and of what belongs to them.
  void clear_pruned() noexcept;

  TrainerOptions options;
  Executor& executor;
  CompiledModel model;
  BatchRunner runner;
  Inspection inspection;
  Sampler sampler;
  Buffer optimizer_state;
  WeightAverage average;
  PruningMasks pruning;
  std::unique_ptr<Augmenter> augmenter;  // none if images are not distorted
  std::unique_ptr<Muon> muon;            // none for another optimizer
  std::vector<float> other_buffers;      // running statistics before or within a mini-batch
  bool within_step = false;              // whether a mini-batch is unfinished
  Dataset train;
  Dataset test;
  Dataset validation;
  std::int64_t step = 0;
};

}  // namespace tinycnn
