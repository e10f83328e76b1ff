// SPDX-License-Identifier: MIT
#include "training/trainer_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "model/layer_shapes.h"
#include "support/text.h"
#include "tinycnn/checkpoint.h"
#include "training/divergence.h"
#include "training/normalize.h"
#include "training/optimizer.h"
#include "training/trainer_checkpoint.h"
#include "training/trainer_options.h"

namespace tinycnn {
namespace {

constexpr std::size_t kFewParameters = 1 << 16;

constexpr std::array<std::string_view, kSplits> kSplitNames{"train", "test", "validation"};

/// The factor by which torch.nn.utils.clip_grad_norm_ scales a gradient; the norm is summed in
/// order.
double clipping_scale(double max_norm, std::span<const float> gradient) {
  double sum = 0.0;
  for (const float g : gradient) {
    sum += static_cast<double>(g) * g;
  }
  return std::min(1.0, max_norm / (std::sqrt(sum) + 1e-6));
}

}  // namespace

Trainer::State::State(ModelSpec spec, const TrainerOptions& chosen, Executor& threads)
    : options(chosen),
      executor(threads),
      model(std::move(spec), chosen.seed),
      runner(model, threads),
      inspection(model),
      optimizer_state(state_per_parameter(options.optimizer.type) * model.trainable_size()),
      average(options.ema_decay > 0.0 ? model.trainable_size() : 0) {
  require_generatable(model, options);
  require_named(model, options);
  augmenter = make_augmenter(options);
  muon = make_muon(options);
  apply_options();
}

std::int64_t Trainer::State::steps_per_epoch() const {
  return steps_in_epoch(train.size(), options.batch_size);
}

Dataset& Trainer::State::require_data(Split split) {
  if (data(split).size() == 0) {
    fail_as(ErrorCode::kMissingData, "[trainer] expected ",
            kSplitNames[static_cast<std::size_t>(split)],
            " data before this call, got none (setData)");
  }
  return data(split);
}

void Trainer::State::require_fits(const Dataset& dataset) const {
  const Shape& input = model.summary().input;
  if (dataset.shape() != input) {
    fail("[data] expected images for the model's input ", describe(input), ", got images of ",
         describe(dataset.shape()));
  }
  dataset.require_labels_below(model.classes());
}

void Trainer::State::reset_optimizer() noexcept {
  std::ranges::fill(optimizer_state, 0.0F);
  std::ranges::fill(average.mutable_values(), 0.0F);
}

std::unique_ptr<Augmenter> Trainer::State::make_augmenter(const TrainerOptions& wanted) const {
  const Shape& input = model.summary().input;
  return is_identity(wanted.augment)
             ? nullptr
             : std::make_unique<Augmenter>(wanted.augment, input.height, input.width);
}

std::unique_ptr<Muon> Trainer::State::plan_muon() const {
  return std::make_unique<Muon>(model, static_cast<std::size_t>(executor.max_threads()));
}

void Trainer::State::apply_options() noexcept {
  runner.set_pixel_table(make_pixel_table(options.normalization));
  runner.set_loss(options.loss);
  runner.augmenter_changed();
}

Trainer::Snapshot::Contents Trainer::State::contents_of(const Checkpoint& checkpoint) const {
  tinycnn::require_fits(model, checkpoint);
  const std::size_t trained = model.trainable_size();
  Snapshot::Contents contents{
      .options = checkpoint.options,
      .step = checkpoint.step,
      .parameters = Buffer(model.parameters().size()),
      .optimizer_state = Buffer(state_per_parameter(checkpoint.options.optimizer.type) * trained),
      .average = Buffer(checkpoint.options.ema_decay > 0.0 ? trained : 0),
      .pruning = PruningMasks(model, checkpoint.pruning),
      .augmenter = make_augmenter(checkpoint.options),
      .muon = make_muon(checkpoint.options)};
  unpack_tensors(model, checkpoint.parameters, contents.parameters, contents.parameters.size());
  unpack_tensors(model, checkpoint.optimizer_state, contents.optimizer_state, trained);
  unpack_tensors(model, checkpoint.average, contents.average, trained);
  contents.pruning.clear(std::span(contents.parameters).first(trained));
  contents.pruning.clear(contents.optimizer_state);
  contents.pruning.clear(contents.average);
  if (contents.options.class_names.empty()) {
    contents.options.class_names = options.class_names;
  }
  return contents;
}

void Trainer::State::take_over(Snapshot::Contents& contents) noexcept {
  drop_step();
  options = std::move(contents.options);
  step = contents.step;
  std::ranges::copy(contents.parameters, model.mutable_parameters().begin());
  model.parameters_changed();
  optimizer_state = std::move(contents.optimizer_state);
  average = WeightAverage(std::move(contents.average));
  pruning = std::move(contents.pruning);
  augmenter = std::move(contents.augmenter);
  muon = std::move(contents.muon);
  apply_options();
}

Augmentation Trainer::State::augmentation() const {
  return {.augmenter = augmenter.get(),
          .seed = options.seed,
          .epoch = static_cast<std::uint32_t>(step / steps_per_epoch()),
          .generates = options.augment.generated > 0.0,
          .mixtures = sampler.mixtures()};
}

bool Trainer::State::train_blocks(std::size_t blocks, Tally& tally, TrainResult& result) {
  if (within_step) {
    swap_buffers();
  } else {
    begin_step();
  }
  within_step = !runner.advance(blocks);
  if (within_step) {
    swap_buffers();
  } else {
    end_step(tally, result);
  }
  return !within_step;
}

void Trainer::State::begin_step() {
  const auto buffers = model.parameters().subspan(model.buffers_offset());
  other_buffers.assign(buffers.begin(), buffers.end());
  sampler.draw(train, options, step);
  runner.begin(sampler.batch(),
               {.drops_out = true, .updates_running = true, .seed = options.seed, .step = step},
               augmentation());
}

void Trainer::State::end_step(Tally& tally, TrainResult& result) {
  Tally now;
  now.add(runner, sampler.batch());
  tally += now;
  result.divergence =
      find_divergence(options, model.classes(), step, mean_of(now.loss_sum, now.samples));
  if (result.divergence) {
    swap_buffers();
    return;
  }
  result.learning_rate = update_weights();
  ++step;
  if (pruning.is_active()) {
    prune_if_due();
  }
}

TrainResult Trainer::State::sum_up(const Tally& tally, TrainResult result) const {
  result.step = step;
  result.epoch = step / steps_per_epoch();
  result.samples = tally.samples;
  result.loss_sum = tally.loss_sum;
  result.correct = tally.correct;
  result.loss = mean_of(tally.loss_sum, tally.samples);
  result.accuracy = mean_of(static_cast<double>(tally.correct), tally.samples);
  return result;
}

void Trainer::State::swap_buffers() {
  std::ranges::swap_ranges(model.mutable_parameters().subspan(model.buffers_offset()),
                           other_buffers);
}

double Trainer::State::update_weights() {
  OptimizerStep now = plain_step(options.optimizer, step + 1);
  now.learning_rate = learning_rate_at(options.schedule, now.learning_rate, step);
  now.momentum = momentum_at(options.schedule, now.momentum, step);
  const std::size_t blocks = model.trainable_size() / kLanes;
  // With one block, one thread has computed everything and has it in its cache; others would only
  // wait for the memory.
  const bool is_one_threads =
      sampler.batch().size() <= kLanes && model.trainable_size() <= kFewParameters;
  const std::size_t threads = is_one_threads ? 1 : static_cast<std::size_t>(executor.threads());
  const auto for_ranges = [&](const auto& run) {
    if (is_one_threads) {
      run(0, model.trainable_size());
      return;
    }
    executor.for_each_thread([&](int thread) noexcept {
      const auto t = static_cast<std::size_t>(thread);
      const std::size_t first = blocks * t / threads * kLanes;
      run(first, blocks * (t + 1) / threads * kLanes - first);
    });
  };
  const bool clips = options.optimizer.clip_norm > 0.0;
  const bool sums_first = clips || muon != nullptr;
  const auto clear = [&](std::span<float> values, std::size_t first, std::size_t count) {
    if (pruning.is_active()) {
      pruning.clear(values, first, count);
    }
  };
  const auto sum_gradient = [&](std::size_t first, std::size_t count) {
    runner.sum_gradient(first, count);
    clear(runner.mutable_gradient(), first, count);
  };
  if (sums_first) {
    for_ranges(sum_gradient);
  }
  if (clips) {
    now.gradient_scale = clipping_scale(options.optimizer.clip_norm, runner.gradient());
  }
  if (muon != nullptr) {
    step_by_muon(now, threads);
  }
  for_ranges([&](std::size_t first, std::size_t count) {
    if (!sums_first) {
      sum_gradient(first, count);
    }
    if (muon == nullptr) {
      apply_optimizer(options.optimizer, now, first, count, runner.gradient(), trained_weights(),
                      optimizer_state);
    }
    clear(trained_weights(), first, count);  // which without eps are NaN
    if (average.is_kept()) {
      average.update(options.ema_decay, step, trained_weights(), first, count);
    }
  });
  model.parameters_changed();
  return now.learning_rate;
}

void Trainer::State::step_by_muon(const OptimizerStep& now, std::size_t threads) noexcept {
  const auto step_share = [&](int number) noexcept {
    const auto thread = static_cast<std::size_t>(number);
    muon->for_share(thread, threads, [&](const Muon::Tensor& tensor) {
      muon->step(options.optimizer, now, tensor, thread, runner.mutable_gradient(),
                 trained_weights(), optimizer_state);
    });
  };
  if (threads == 1) {
    step_share(0);
  } else {
    executor.for_each_thread(step_share);
  }
}

void Trainer::State::prune_if_due() noexcept {
  if (pruning.advance(step, model.parameters())) {
    clear_pruned();
  }
}

void Trainer::State::clear_pruned() noexcept {
  pruning.clear(trained_weights());
  pruning.clear(optimizer_state);
  pruning.clear(average.mutable_values());
  model.parameters_changed();
}

}  // namespace tinycnn
