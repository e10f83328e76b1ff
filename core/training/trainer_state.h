// SPDX-License-Identifier: MIT
// What a Trainer holds, and the steps its methods are made of.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "support/buffer.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/trainer.h"
#include "training/batch_runner.h"

namespace tinycnn {

/// Throws Error for options that make no sense.
void require_valid(const TrainerOptions& options);

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
  Buffer average;
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
  void require_fits(const Checkpoint& checkpoint) const;
  /// Throws Error unless the class names, if there are any, are one for each class.
  void require_named(const TrainerOptions& wanted) const;
  /// None where these options distort no image.
  [[nodiscard]] std::unique_ptr<Augmenter> make_augmenter(const TrainerOptions& wanted) const;
  /// Floats that the optimizer's state and the average of these options take.
  [[nodiscard]] std::size_t optimizer_state_size(const TrainerOptions& wanted) const;
  [[nodiscard]] std::size_t average_size(const TrainerOptions& wanted) const;
  void reset_optimizer();
  /// Generated digits need a model that can take them.
  void require_generatable(const TrainerOptions& wanted) const;
  /// Tells the runner what the options say of images and loss.
  void apply_options() noexcept;
  /// What a checkpoint of this model holds, for take_over. Throws Error unless it fits.
  [[nodiscard]] Snapshot::Contents contents_of(const Checkpoint& checkpoint) const;
  void take_over(Snapshot::Contents& contents) noexcept;
  [[nodiscard]] Augmentation augmentation() const;
  EvaluationWeights evaluation_weights();
  /// Whether a generated digit takes the place of the training image with this key.
  [[nodiscard]] bool gives_way(const DigitKey& key) const;
  std::span<const Sample> next_batch();
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
  /// A pixel 0..255 as the model's input wants it.
  [[nodiscard]] float normalized(float pixel) const;
  /// pixels 0..255 as the model's input wants them. Throws Error unless there are enough.
  std::span<const float> normalized(std::span<const float> pixels);
  void run_image(const Plan& plan, std::span<const float> pixels);
  void run_inspection(std::span<const float> pixels);
  /// The last layer's output for a block whose lane 0 is the image, until the next call.
  std::span<const float> run_prediction(std::span<const float> pixels);
  [[nodiscard]] std::vector<NamedTensor> name(std::span<const float> flat) const;
  [[nodiscard]] std::vector<float> pack(std::span<const float> flat, std::size_t size) const;
  void unpack(std::span<const float> values, std::span<float> flat, std::size_t size) const;

  TrainerOptions options;
  Executor& executor;
  Model model;
  BatchRunner runner;
  Buffer inspection;         // workspace of both plans for one image
  std::vector<float> image;  // the last that was normalized
  Buffer optimizer_state;
  Buffer average;   // of what is trained; empty without ema_decay
  Buffer averaged;  // all parameters as they are evaluated, and packed
  Buffer averaged_packed;
  std::unique_ptr<Augmenter> augmenter;  // none where nothing is distorted
  std::vector<float> other_buffers;      // running statistics before a mini-batch, or within it
  bool within_step = false;              // a mini-batch has begun and is not through
  Dataset train;
  Dataset test;
  Dataset validation;
  std::int64_t step = 0;
  std::vector<Sample> batch;
  std::vector<std::uint32_t> order;  // of the epoch below
  std::int64_t order_epoch = -1;
};

}  // namespace tinycnn
