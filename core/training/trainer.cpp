// SPDX-License-Identifier: MIT
#include "tinycnn/trainer.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "kernels/softmax.h"
#include "support/text.h"
#include "tinycnn/checkpoint.h"
#include "training/flat_tensors.h"
#include "training/normalize.h"
#include "training/trainer_checkpoint.h"
#include "training/trainer_options.h"
#include "training/trainer_state.h"

namespace tinycnn {
namespace {

constexpr std::size_t kAllBlocks = std::numeric_limits<std::size_t>::max();

/// Runs images of pixels 0..255 forward and calls read(block) for each block of them. A mini-batch
/// that has begun goes on afterwards.
template <class State, class Read>
void infer_images(State& state, std::span<const float> pixels, const Read& read) {
  const std::size_t size = state.model.summary().input.size();
  state.runner.infer(
      pixels.size() / size, state.evaluation_weights(),
      [&](const BatchRunner::InferredBlock& block) noexcept {
        for (std::size_t i = 0; i < block.samples * size; ++i) {
          const float pixel = pixels[block.first_sample * size + i];
          block.input[i % size * kLanes + i / size] = normalize(state.options.normalization, pixel);
        }
      },
      read);
}

/// Copies one lane of a block, the values of one sample.
void copy_lane(std::span<const float> block, std::size_t lane, std::span<float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = block[i * kLanes + lane];
  }
}

std::vector<float> first_lane(std::span<const float> block) {
  std::vector<float> values(block.size() / kLanes);
  copy_lane(block, 0, values);
  return values;
}

/// Converts outputs trained with squared error to shares of their sum.
void to_shares(std::span<float> values) {
  float sum = 0.0F;
  for (float& value : values) {
    value = std::max(value, 0.0F);
    sum += value;
  }
  for (float& value : values) {
    value = sum > 0.0F ? value / sum : 1.0F / static_cast<float>(values.size());
  }
}

/// The class probabilities of the samples of a block, [samples][classes], for a network trained
/// with this loss. Softmax works for logits and log probabilities. scratch: as large as the output.
void to_probabilities(LossType loss, std::span<const float> output, std::span<float> scratch,
                      std::span<float> probabilities) {
  const std::size_t classes = output.size() / kLanes;
  const bool shares = loss == LossType::kMeanSquaredError;
  if (!shares) {
    kernels::softmax_forward(output, scratch);
  }
  for (std::size_t lane = 0; lane * classes < probabilities.size(); ++lane) {
    const auto of_sample = probabilities.subspan(lane * classes, classes);
    copy_lane(shares ? output : scratch, lane, of_sample);
    if (shares) {
      to_shares(of_sample);
    }
  }
}

std::vector<float> to_probabilities(LossType loss, std::span<const float> output) {
  std::vector<float> scratch(output.size());
  std::vector<float> probabilities(output.size() / kLanes);
  to_probabilities(loss, output, scratch, probabilities);
  return probabilities;
}

/// The spec of a checkpoint. Throws Error unless the checkpoint has as many parameters as its spec
/// needs, so that a few damaged bytes cannot make it allocate a large model.
ModelSpec spec_of_complete(const Checkpoint& checkpoint) {
  std::size_t count = 0;
  for (const LayerSummary& layer : summarize(checkpoint.spec).layers) {
    for (const ParameterSpec& parameter : layer.parameters) {
      count += parameter.size();
    }
  }
  if (checkpoint.parameters.size() != count) {
    fail("[checkpoint] expected ", count, " parameters, got ", checkpoint.parameters.size());
  }
  return checkpoint.spec;
}

}  // namespace

Trainer::Trainer(ModelSpec spec, const TrainerOptions& options, Executor& executor) {
  require_valid(options);
  state_ = std::make_unique<State>(std::move(spec), options, executor);
}

Trainer::Trainer(const Checkpoint& checkpoint, Executor& executor)
    : Trainer(spec_of_complete(checkpoint), checkpoint.options, executor) {
  Snapshot::Contents contents = state_->contents_of(checkpoint);
  state_->take_over(contents);
}

Trainer::~Trainer() = default;

const Model& Trainer::model() const { return state_->model; }
const TrainerOptions& Trainer::options() const { return state_->options; }
std::int64_t Trainer::step() const { return state_->step; }
std::int64_t Trainer::steps_per_epoch() const { return state_->steps_per_epoch(); }

std::size_t Trainer::memory_bytes() const {
  const State& state = *state_;
  const std::size_t floats = state.model.parameters().size() + state.model.packed().size() +
                             state.model.rounded_size() + state.model.packed_backward().size() +
                             state.optimizer_state.size() + state.other_buffers.size();
  return state.runner.memory_bytes() + state.inspection.memory_bytes() +
         state.average.memory_bytes() + state.pruning.memory_bytes() +
         state.sampler.memory_bytes() + (state.muon == nullptr ? 0 : state.muon->memory_bytes()) +
         floats * sizeof(float);
}

void Trainer::set_data(Split split, Dataset data) {
  state_->require_fits(data);
  state_->drop_step();
  state_->data(split) = std::move(data);
}

const Dataset& Trainer::data(Split split) const { return state_->require_data(split); }

TrainResult Trainer::train_steps(int steps) {
  State& state = *state_;
  state.require_data(Split::kTrain);
  if (steps < 1) {
    fail("[trainer] expected at least 1 step, got ", steps);
  }
  Tally tally;
  TrainResult result;
  for (int i = 0; i < steps && !result.divergence; ++i) {
    state.train_blocks(kAllBlocks, tally, result);
  }
  return state.sum_up(tally, result);
}

std::optional<TrainResult> Trainer::train_slice(int rounds) {
  State& state = *state_;
  state.require_data(Split::kTrain);
  if (rounds < 1) {
    fail("[trainer] expected at least 1 round, got ", rounds);
  }
  const auto blocks =
      static_cast<std::size_t>(rounds) * static_cast<std::size_t>(state.executor.threads());
  Tally tally;
  TrainResult result;
  if (!state.train_blocks(blocks, tally, result)) {
    return std::nullopt;
  }
  return state.sum_up(tally, result);
}

void Trainer::set_learning_rate(double learning_rate) {
  OptimizerOptions changed = state_->options.optimizer;
  changed.learning_rate = learning_rate;
  require_valid(changed);
  state_->options.optimizer = changed;
}

void Trainer::set_schedule(const Schedule& schedule) {
  require_valid(schedule);
  state_->options.schedule = schedule;
}

void Trainer::prune(const PruneOptions& options) {
  State& state = *state_;
  PruningMasks changed = state.pruning.with(state.model, options, state.step);
  state.drop_step();
  state.pruning = std::move(changed);
  state.prune_if_due();
}

Pruning Trainer::pruning() const { return state_->pruning.progress(); }

std::vector<std::uint8_t> Trainer::augmented(std::size_t index, std::uint32_t epoch) {
  State& state = *state_;
  const Dataset& data = state.require_data(Split::kTrain);
  if (index >= data.size()) {
    fail("[augmented] expected the index of one of ", data.size(), " training images, got ", index);
  }
  const DigitKey key{state.options.seed, epoch, index};
  const Sample sample = sample_of(data, state.options, key);
  const Augmentation augmentation{
      .augmenter = state.augmenter.get(), .seed = state.options.seed, .epoch = epoch};
  std::vector<std::uint8_t> image(state.model.summary().input.size());
  std::vector<std::uint8_t> other(image.size());
  AugmentScratch scratch;
  if (state.augmenter != nullptr) {
    scratch = state.augmenter->make_scratch();
  }
  make_image(augmentation, sample, image, scratch);
  if (state.options.augment.mixup > 0.0) {
    mix_in(augmentation, mixture_of(data, state.options, key), image, other, scratch);
  }
  return image;
}

Evaluation Trainer::evaluate(Split split, std::size_t first, std::size_t count) {
  State& state = *state_;
  const Dataset& data = state.require_data(split);
  const std::size_t begin = std::min(first, data.size());
  std::vector<Sample> samples(std::min(count, data.size() - begin));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = {data.pixels(begin + i), data.label(begin + i)};
  }
  state.drop_step();
  state.runner.evaluate(samples, state.evaluation_weights());
  Tally tally;
  tally.add(state.runner, samples);
  const auto classes = static_cast<std::size_t>(state.model.classes());
  Evaluation evaluation{
      .count = samples.size(),
      .loss_sum = tally.loss_sum,
      .correct = tally.correct,
      .confusion = std::vector<std::uint32_t>(classes * classes),
      .predicted{state.runner.predicted().begin(), state.runner.predicted().end()}};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ++evaluation.confusion[samples[i].label * classes + evaluation.predicted[i]];
  }
  return evaluation;
}

std::vector<float> Trainer::predict(std::span<const float> pixels) {
  require_pixels(state_->model.summary().input, pixels.size());
  return predict_batch(pixels);
}

std::vector<float> Trainer::logits(std::span<const float> pixels) {
  State& state = *state_;
  require_pixels(state.model.summary().input, pixels.size());
  std::vector<float> logits;
  infer_images(state, pixels,
               [&](const BatchRunner::InferredBlock& block) { logits = first_lane(block.output); });
  return logits;
}

std::vector<float> Trainer::predict_batch(std::span<const float> pixels) {
  State& state = *state_;
  const std::size_t size = state.model.summary().input.size();
  assert(size > 0);
  if (pixels.size() % size != 0) {
    fail("[predictBatch] expected images of ", size, " pixels, got ", pixels.size());
  }
  const auto classes = static_cast<std::size_t>(state.model.classes());
  std::vector<float> probabilities(pixels.size() / size * classes);
  std::vector<float> scratch(kLanes * classes * static_cast<std::size_t>(state.executor.threads()));
  infer_images(state, pixels, [&](const BatchRunner::InferredBlock& block) noexcept {
    to_probabilities(
        state.options.loss.type, block.output,
        std::span(scratch).subspan(block.thread * kLanes * classes, kLanes * classes),
        std::span(probabilities).subspan(block.first_sample * classes, block.samples * classes));
  });
  return probabilities;
}

std::vector<ActivationMap> Trainer::activations(std::span<const float> pixels) {
  State& state = *state_;
  Inspection& inspection = state.inspection;
  inspection.inspect(pixels, state.options.normalization, state.evaluation_weights());
  const ModelSummary& summary = state.model.summary();
  const auto output = inspection.output(summary.layers.size() - 1);
  std::vector<float> probabilities = to_probabilities(state.options.loss.type, output);
  std::vector<ActivationMap> maps;
  maps.push_back({std::string(kInputName), std::string(kInputName), summary.input,
                  first_lane(inspection.input())});
  for (std::size_t i = 0; i < summary.layers.size(); ++i) {
    const LayerSummary& layer = summary.layers[i];
    maps.push_back({layer.spec.name, std::string(to_string(layer.spec.type)), layer.output,
                    first_lane(inspection.output(i))});
  }
  maps.push_back({"softmax", "softmax", {state.model.classes(), 1, 1}, std::move(probabilities)});
  return maps;
}

std::vector<NamedTensor> Trainer::parameters() const {
  return to_tensors(state_->model, state_->model.parameters());
}

std::vector<NamedTensor> Trainer::evaluated_parameters() {
  const State& state = *state_;
  Buffer weights(state.model.parameters().size());
  std::ranges::copy(state.model.parameters(), weights.begin());
  if (state.average.is_kept() && state.step > 0) {
    std::ranges::copy(state.average.values(), weights.begin());
  }
  return to_tensors(state.model, weights);
}

void Trainer::set_parameters(const std::vector<NamedTensor>& tensors) {
  State& state = *state_;
  require_fits(state.model, tensors);
  state.drop_step();
  const auto views = state.model.parameter_views();
  for (std::size_t i = 0; i < views.size(); ++i) {
    std::ranges::copy(tensors[i].data,
                      state.model.mutable_parameters().subspan(views[i].offset).begin());
  }
  const std::span<float> average = state.average.mutable_values();
  std::ranges::copy(state.model.parameters().first(average.size()), average.begin());
  state.clear_pruned();
}

std::vector<NamedTensor> Trainer::gradients(const Dataset& data) {
  State& state = *state_;
  state.require_fits(data);
  std::vector<Sample> samples(data.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = {data.pixels(i), data.label(i)};
  }
  state.drop_step();
  state.runner.backpropagate(samples, {});
  state.runner.sum_gradient(0, state.model.trainable_size());
  return to_tensors(state.model, state.runner.gradient());
}

void Trainer::rewind(std::uint64_t seed) {
  State& state = *state_;
  state.drop_step();
  state.options.seed = seed;
  state.step = 0;
  state.reset_optimizer();
  state.pruning = {};
  state.model.initialize(seed);
}

std::vector<std::uint8_t> Trainer::save() const {
  const State& state = *state_;
  return encode(
      {.spec = state.model.spec(),
       .options = state.options,
       .step = state.step,
       .parameters =
           pack_tensors(state.model, state.model.parameters(), state.model.parameters().size()),
       .optimizer_state =
           pack_tensors(state.model, state.optimizer_state, state.model.trainable_size()),
       .average = pack_tensors(state.model, state.average.values(), state.model.trainable_size()),
       .pruning = state.pruning.state()});
}

void Trainer::load(std::span<const std::uint8_t> bytes) {
  Snapshot::Contents contents = state_->contents_of(decode_checkpoint(bytes));
  state_->take_over(contents);
}

Trainer::Snapshot::Snapshot(std::unique_ptr<Contents> contents) : contents_(std::move(contents)) {}
Trainer::Snapshot::Snapshot(Snapshot&& other) noexcept = default;
Trainer::Snapshot& Trainer::Snapshot::operator=(Snapshot&& other) noexcept = default;
Trainer::Snapshot::~Snapshot() = default;

Trainer::Snapshot Trainer::snapshot() const {
  const State& state = *state_;
  const auto parameters = state.model.parameters();
  const auto average = state.average.values();
  return Snapshot(std::make_unique<Snapshot::Contents>(
      Snapshot::Contents{.options = state.options,
                         .step = state.step,
                         .parameters = Buffer(parameters.begin(), parameters.end()),
                         .optimizer_state = state.optimizer_state,
                         .average = Buffer(average.begin(), average.end()),
                         .pruning = state.pruning,
                         .augmenter = state.make_augmenter(state.options),
                         .muon = state.make_muon(state.options)}));
}

void Trainer::restore(Snapshot snapshot) noexcept { state_->take_over(*snapshot.contents_); }

}  // namespace tinycnn
